"""Where the service meets the world: inbound, what calls it; outbound, what it calls. No adapter imports another."""
