"""How a released network is executed: ONNX Runtime on a CPU, torch on a GPU or where nothing was exported."""

import os

# Its official builds keep an identifier of the machine and report to their maker, from the moment of their import.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"
