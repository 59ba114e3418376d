"""What anybody may read: publications, guarantees, explanations of errors."""
