"""Every word a model is told, as versioned template files, and the scripts that judge them."""
