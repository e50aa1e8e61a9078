# Raw frames at a container's eth0: `hear` says the marks of all that pass, `say` sends what comes in lines of hexadecimal digits,
# `flood NUMBER` as many broadcasts, each from another station; `serve PORT` says the marks of datagrams to a port of the host.
use strict;
use warnings;

my ($deed, $number) = @ARGV;
$| = 1;

sub link_socket {
  open my $file, '<', '/sys/class/net/eth0/ifindex' or die "no eth0: $!";
  chomp(my $index = <$file>);
  my ($packet, $raw, $all) = (17, 3, 3);
  socket my $socket, $packet, $raw, unpack 'S', pack 'n', $all or die "no raw socket: $!";
  bind $socket, pack 'S n i S C C a8', $packet, $all, $index, 0, 0, 0, '' or die "cannot bind: $!";
  return $socket;
}

sub port_socket {
  my ($inet6, $datagram) = (10, 2);
  socket my $socket, $inet6, $datagram, 0 or die "no socket: $!";
  bind $socket, pack 'S n N a16 N', $inet6, $number, 0, '', 0 or die "cannot bind: $!";
  return $socket;
}

# What a link's own side sends passes there as well, such as refusals, which quote what they refuse.
sub hear {
  my ($socket, $link) = @_;
  my $outgoing = 4;
  print "listening\n";
  while (defined(my $from = recv $socket, my $bytes, 2048, 0)) {
    next if $link && unpack('x10 C', $from) == $outgoing;
    print "$1\n" while $bytes =~ /<([a-z0-9 ]+)>/g;
  }
}

if ($deed eq 'hear') {
  hear(link_socket(), 1);
} elsif ($deed eq 'serve') {
  hear(port_socket(), 0);
} elsif ($deed eq 'say') {
  my $socket = link_socket();
  while (my $line = <STDIN>) {
    chomp $line;
    send $socket, pack('H*', $line), 0 or die "cannot send: $!";
  }
} elsif ($deed eq 'flood') {
  my $socket = link_socket();
  for my $station (1 .. $number) {
    my $frame = "\xff" x 6 . pack('n N', 0x02fe, $station) . pack('n', 0x88b5) . '<flood>' . "\0" x 40;
    select undef, undef, undef, 0.001 until send $socket, $frame, 0;
  }
}
