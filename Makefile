# Every target only calls dev.py, which is also the Windows command: python dev.py <target>
PYTHON ?= python3
.PHONY: run test check bench lock
run test check bench lock:
	@$(PYTHON) dev.py $@
