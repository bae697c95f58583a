// Takes the token out of the address bar, so that it stays out of the history: the cookie carries it from here on.
{
  const address = new URL(location.href);
  if (address.searchParams.has("token")) {
    address.searchParams.delete("token");
    history.replaceState(null, "", address);
  }
}
