# A web tier: counts its visits in the database, and answers as many requests on a connection as it is sent.
use strict;
use warnings;
use IO::Socket::INET;

$SIG{CHLD} = 'IGNORE';
my $server = IO::Socket::INET->new(LocalPort => 80, Listen => 16, ReuseAddr => 1) or die "cannot listen: $!";
while (my $client = $server->accept) {
  next if fork;
  local $SIG{CHLD} = 'DEFAULT';
  while (my $line = <$client>) {
    next if $line !~ /^\r?\n$/;
    my $visits = qx(psql -qtA -h database -U postgres shop -c "INSERT INTO visits VALUES (now())" -c "SELECT count(*) FROM visits" 2>&1);
    print $client "HTTP/1.1 200 OK\r\nContent-Length: ", length $visits, "\r\n\r\n", $visits;
    $client->flush;
  }
  exit;
}
