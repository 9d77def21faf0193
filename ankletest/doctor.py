"""What support asks first: versions, import roots, folders, Bluetooth."""
