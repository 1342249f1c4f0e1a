"""What people do, each story from its beginning to its end; whatever fails meanwhile, it goes on."""
