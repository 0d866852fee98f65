"""Facts put into sentences, in the language of who reads them."""
