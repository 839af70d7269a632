"""What a page says."""


def words(response):
    return response.content.decode()
