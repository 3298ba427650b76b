# Every target only calls dev.py, which is also the Windows command: python dev.py <target>
PYTHON ?= python3
.PHONY: run test check soak bench lock
run test check soak bench lock:
	@$(PYTHON) dev.py $@
