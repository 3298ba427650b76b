# Every target only calls dev.py, which is also the Windows command: python dev.py <target>
PYTHON ?= python3
.PHONY: run test check bench soak lock
run test check bench soak lock:
	@$(PYTHON) dev.py $@
