folder: str
