"""The made-up network: posts, ads with a review, faults on demand. It knows nothing of Muster."""
