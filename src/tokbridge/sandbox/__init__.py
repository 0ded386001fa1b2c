"""The platforms as local servers, with faults on demand. Knows nothing of the rest of Tokbridge."""
