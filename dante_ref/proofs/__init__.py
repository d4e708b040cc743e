"""How the theorems are proved, searched and recorded."""
