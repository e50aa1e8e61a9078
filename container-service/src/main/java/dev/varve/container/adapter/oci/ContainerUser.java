package dev.varve.container.adapter.oci;

import dev.varve.container.application.RuntimeRefusedException;
import dev.varve.eventlog.Problem;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Who a process in a container is: {@code --user} looked up in the image's own lists by Docker's
 * rules.
 *
 * @param groups supplementary ones; the first is {@code gid}, so that a file's permissions for the
 *     group hold in every case
 * @param home empty when unknown
 */
record ContainerUser(long uid, long gid, List<Long> groups, String home) {
  private static final long MAX_ID = Integer.MAX_VALUE;

  private record User(String name, long uid, long gid, String home) {}

  private record Group(String name, long gid, List<String> members) {}

  /**
   * @param spec "", "user", "uid", "user:group", "uid:gid"
   * @param groupAdd names or numbers of further groups
   * @param passwd text of /etc/passwd, empty when there is none
   * @param groupFile text of /etc/group
   */
  static ContainerUser resolve(String spec, List<String> groupAdd, String passwd, String groupFile)
      throws RuntimeRefusedException {
    int colon = spec.indexOf(':');
    String userPart = colon < 0 ? spec : spec.substring(0, colon);
    String groupPart = colon < 0 ? "" : spec.substring(colon + 1);
    List<Group> groups = groups(groupFile);

    String wanted = userPart.isEmpty() ? "0" : userPart;
    OptionalLong wantedUid = number(wanted);
    Optional<User> user =
        users(passwd).stream()
            .filter(matching(User::name, User::uid, wanted, wantedUid))
            .findFirst();
    if (user.isEmpty() && wantedUid.isEmpty()) {
      throw new RuntimeRefusedException(
          128, "unable to find user " + userPart + ": no matching entries in passwd file");
    }
    long uid = user.map(User::uid).orElseGet(() -> checked(wantedUid));
    long gid = user.map(User::gid).orElse(0L);
    Set<Long> supplementary = new LinkedHashSet<>();
    if (!groupPart.isEmpty()) {
      gid = groupId(groupPart, groups, "unable");
      supplementary.add(gid);
    } else {
      supplementary.add(gid);
      user.ifPresent(found ->
          groups.stream()
              .filter(group -> group.members().contains(found.name()))
              .forEach(group -> supplementary.add(group.gid())));
    }
    for (String name : groupAdd) {
      supplementary.add(groupId(name, groups, "Unable"));
    }
    return new ContainerUser(uid, gid, List.copyOf(supplementary), user.map(User::home).orElse(""));
  }

  private static <T> Predicate<T> matching(
      Function<T, String> name, ToLongFunction<T> id, String wanted, OptionalLong wantedId) {
    return entry ->
        name.apply(entry).equals(wanted)
            || (wantedId.isPresent() && id.applyAsLong(entry) == wantedId.getAsLong());
  }

  /**
   * @param unable the first word when there is none: Docker writes it in two ways
   */
  private static long groupId(String wanted, List<Group> groups, String unable)
      throws RuntimeRefusedException {
    OptionalLong number = number(wanted);
    Optional<Group> group =
        groups.stream().filter(matching(Group::name, Group::gid, wanted, number)).findFirst();
    if (group.isPresent()) {
      return group.get().gid();
    }
    if (number.isEmpty()) {
      throw new RuntimeRefusedException(
          128, unable + " to find group " + wanted + ": no matching entries in group file");
    }
    return checked(number);
  }

  private static long checked(OptionalLong id) {
    long value = id.orElseThrow();
    if (value < 0 || value > MAX_ID) {
      throw new Problem(Problem.Code.INVALID, "uids and gids must be in range 0-" + MAX_ID)
          .asException();
    }
    return value;
  }

  /** Numbers too large for a long are still numbers, out of range. */
  private static OptionalLong number(String text) {
    if (!text.matches("[+-]?[0-9]+")) {
      return OptionalLong.empty();
    }
    try {
      return OptionalLong.of(Long.parseLong(text));
    } catch (NumberFormatException e) {
      return OptionalLong.of(Long.MAX_VALUE);
    }
  }

  private static List<User> users(String passwd) {
    List<User> users = new ArrayList<>();
    for (String line : passwd.split("\n", -1)) {
      String[] fields = line.strip().split(":", -1);
      Long uid = fields.length > 3 ? id(fields[2]) : null;
      Long gid = fields.length > 3 ? id(fields[3]) : null;
      if (uid != null && gid != null) {
        users.add(new User(fields[0], uid, gid, fields.length > 5 ? fields[5] : ""));
      }
    }
    return users;
  }

  private static List<Group> groups(String text) {
    List<Group> groups = new ArrayList<>();
    for (String line : text.split("\n", -1)) {
      String[] fields = line.strip().split(":", -1);
      Long gid = fields.length > 2 ? id(fields[2]) : null;
      if (gid != null) {
        List<String> members = fields.length > 3 ? List.of(fields[3].split(",", -1)) : List.of();
        groups.add(new Group(fields[0], gid, members));
      }
    }
    return groups;
  }

  /** Null for what is no possible id: such lines of an image are skipped. */
  private static @Nullable Long id(String text) {
    OptionalLong number = number(text);
    return number.isPresent() && number.getAsLong() >= 0 && number.getAsLong() <= MAX_ID
        ? (Long) number.getAsLong()
        : null;
  }
}
