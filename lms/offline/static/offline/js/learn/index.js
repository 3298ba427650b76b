// The views of learning.
