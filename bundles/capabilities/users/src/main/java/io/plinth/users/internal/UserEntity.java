package io.plinth.users.internal;

import io.plinth.security.Role;
import io.plinth.users.User;
import io.plinth.users.UserStatus;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Collectors;
import javax.persistence.Column;
import javax.persistence.Entity;
import javax.persistence.Id;
import javax.persistence.Table;
import javax.persistence.Version;
import org.jspecify.annotations.Nullable;

/** A row of {@code users}. Roles lie in one column, so that a user is read in one statement. */
@Entity(name = "User")
@Table(name = "users")
public class UserEntity {
    @Id
    @Column(name = "id", updatable = false)
    private String id;

    @Column(name = "username")
    private String username;

    @Column(name = "username_key")
    private String usernameKey;

    @Column(name = "email")
    private String email;

    @Column(name = "email_key")
    private String emailKey;

    @Column(name = "display_name")
    private @Nullable String displayName;

    @Column(name = "password_hash")
    private @Nullable String passwordHash;

    @Column(name = "roles")
    private String roles;

    @Column(name = "status")
    private String status;

    @Column(name = "created_at_micros", updatable = false)
    private long createdAtMicros;

    @Column(name = "updated_at_micros")
    private long updatedAtMicros;

    @Version
    @Column(name = "version")
    private long version;

    /** For JPA. */
    protected UserEntity() {}

    UserEntity(String id, Username username, EmailAddress email, Set<Role> roles, Instant createdAt) {
        this.id = id;
        this.username = username.value();
        this.usernameKey = username.key();
        this.email = email.value();
        this.emailKey = email.key();
        this.roles = names(roles);
        this.status = UserStatus.ACTIVE.statusName();
        this.createdAtMicros = ChronoUnit.MICROS.between(Instant.EPOCH, createdAt);
        this.updatedAtMicros = createdAtMicros;
    }

    String username() {
        return username;
    }

    void username(Username changed) {
        username = changed.value();
        usernameKey = changed.key();
    }

    String email() {
        return email;
    }

    void email(EmailAddress changed) {
        email = changed.value();
        emailKey = changed.key();
    }

    @Nullable
    String displayName() {
        return displayName;
    }

    void displayName(@Nullable String changed) {
        displayName = changed;
    }

    @Nullable
    String passwordHash() {
        return passwordHash;
    }

    void passwordHash(@Nullable String changed) {
        passwordHash = changed;
    }

    Set<Role> roles() {
        return Arrays.stream(roles.split(",", -1))
                .map(name -> Role.of(name)
                        .orElseThrow(() -> new IllegalStateException(
                                "table users, row " + id + ": column roles holds an unknown role; mend it by hand")))
                .collect(Collectors.toCollection(() -> EnumSet.noneOf(Role.class)));
    }

    void roles(Set<Role> changed) {
        roles = names(changed);
    }

    UserStatus status() {
        return UserStatus.of(status)
                .orElseThrow(() -> new IllegalStateException(
                        "table users, row " + id + ": column status holds an unknown status; mend it by hand"));
    }

    void close() {
        status = UserStatus.CLOSED.statusName();
    }

    void updatedAt(Instant now) {
        updatedAtMicros = ChronoUnit.MICROS.between(Instant.EPOCH, now);
    }

    long version() {
        return version;
    }

    /** What others may see; the version is current only after a flush. */
    User toUser() {
        return new User(
                id,
                username,
                email,
                displayName,
                roles(),
                status(),
                Instant.EPOCH.plus(createdAtMicros, ChronoUnit.MICROS),
                Instant.EPOCH.plus(updatedAtMicros, ChronoUnit.MICROS),
                version);
    }

    private static String names(Set<Role> roles) {
        return EnumSet.copyOf(roles).stream().map(Role::roleName).collect(Collectors.joining(","));
    }
}
