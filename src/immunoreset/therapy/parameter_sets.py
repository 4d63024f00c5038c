def apply_set(name, parameters): return {}
