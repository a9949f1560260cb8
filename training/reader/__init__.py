"""The bundled reader: how it was trained, measured and made small. Only `model` is needed to read with it."""
