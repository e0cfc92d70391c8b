"""How a released network is executed: ONNX Runtime on a CPU, torch on a GPU or where nothing was exported."""
