"""What nobody asks for over HTTP: migrations, and cleaning up."""
