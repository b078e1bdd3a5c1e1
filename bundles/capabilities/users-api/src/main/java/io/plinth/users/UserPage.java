package io.plinth.users;

import java.util.List;
import java.util.Optional;

/**
 * One page of users.
 *
 * @param users in the order of their ids
 * @param nextAfterId what the next page starts after; empty on the last
 */
public record UserPage(List<User> users, Optional<String> nextAfterId) {
    public UserPage {
        users = List.copyOf(users);
    }
}
