# Removes what a test run left, once the last of its connections has ended: the protocol of Testcontainers' own reaper. A client
# sends one line for each set of filters, key=value&key=value, and is answered ACK.
use strict;
use warnings;
use IO::Select;
use IO::Socket::INET;
use IO::Socket::UNIX;

my $GRACE = 1;
my $FIRST = 60;

$| = 1;
my $server = IO::Socket::INET->new(LocalPort => 8080, Listen => 16, ReuseAddr => 1) or die "cannot listen: $!";
print "Started\n";

my $select = IO::Select->new($server);
my (%text, %filters, $met);
while (1) {
  my @ready = $select->can_read($select->count > 1 ? undef : $met ? $GRACE : $FIRST);
  last if !@ready;
  for my $ready (@ready) {
    if ($ready == $server) {
      $select->add(scalar $server->accept);
      $met = 1;
    } elsif (sysread($ready, my $bytes, 4096)) {
      $text{$ready} .= $bytes;
      while ($text{$ready} =~ s/^(.*)\n//) {
        $filters{$1} = 1;
        syswrite $ready, "ACK\n";
      }
    } else {
      $select->remove($ready);
      close $ready;
    }
  }
}

for my $line (sort keys %filters) {
  my %wanted;
  for my $pair (split /&/, $line) {
    my ($key, $value) = split /=/, $pair, 2;
    push @{$wanted{$key}}, $value =~ s/%([0-9A-Fa-f]{2})/chr hex $1/ger;
  }
  my $filter = '{' . join(',', map { my $key = $_; "\"$key\":[" . join(',', map { "\"$_\"" } @{$wanted{$key}}) . ']' } keys %wanted) . '}';
  my $query = 'filters=' . $filter =~ s/([^A-Za-z0-9])/sprintf '%%%02X', ord $1/ger;
  remove("/containers/$_?force=1&v=1") for ask('GET', "/containers/json?all=1&$query") =~ /"Id":"([0-9a-f]{64})"/g;
  remove("/networks/$_") for ask('GET', "/networks?$query") =~ /"Id":"([0-9a-f]{64})"/g;
  remove("/volumes/$_?force=1") for ask('GET', "/volumes?$query") =~ /"Name":"([^"]+)"/g;
}

sub remove {
  my ($path) = @_;
  print 'removed ', $path, ' ', ask('DELETE', $path) =~ /^HTTP\S+ (\d+)/, "\n";
}

sub ask {
  my ($method, $path) = @_;
  my $engine = IO::Socket::UNIX->new(Peer => '/var/run/docker.sock') or die "no engine: $!";
  print $engine "$method $path HTTP/1.1\r\nHost: engine\r\nConnection: close\r\n\r\n";
  local $/;
  return <$engine>;
}
