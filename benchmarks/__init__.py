"""What deskcheck costs and gives, each figure beside a peer's or a floor measured in the same run."""
