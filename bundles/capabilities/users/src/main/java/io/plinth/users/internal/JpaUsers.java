package io.plinth.users.internal;

import com.fasterxml.uuid.Generators;
import com.fasterxml.uuid.NoArgGenerator;
import io.plinth.security.PasswordHasher;
import io.plinth.security.Role;
import io.plinth.security.UserDirectory;
import io.plinth.tx.Transaction;
import io.plinth.tx.Transactions;
import io.plinth.users.NewUser;
import io.plinth.users.User;
import io.plinth.users.UserChange;
import io.plinth.users.UserPage;
import io.plinth.users.UserSearch;
import io.plinth.users.UserStatus;
import io.plinth.users.Users;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.regex.Pattern;
import javax.persistence.EntityManager;
import javax.persistence.LockModeType;
import javax.persistence.PersistenceException;
import javax.persistence.TypedQuery;
import org.jspecify.annotations.Nullable;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/**
 * Users as rows of the table {@code users}; every write locks its row first, so that events leave in order.
 *
 * <p>It holds no state, so the other components of this bundle make their own instead of taking the service: while two
 * versions of the capability run side by side, the service might be the one of the version that is about to go.
 */
@Component(
        service = {Users.class, UserDirectory.class},
        property = JpaUsers.CAPABILITY)
public final class JpaUsers implements Users, UserDirectory {
    /** Service property by which the platform tells the services of a slot. */
    static final String CAPABILITY = "plinth.capability=users";

    private static final Pattern ID = Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");
    private static final String PAGE = "SELECT u FROM User u WHERE u.id > :after ORDER BY u.id";
    private static final String MATCHING_PAGE = "SELECT u FROM User u WHERE u.id > :after"
            + " AND (u.usernameKey LIKE :username ESCAPE '!' OR u.emailKey LIKE :email ESCAPE '!') ORDER BY u.id";

    private final Transactions transactions;
    private final PasswordHasher passwords;
    private final Clock clock;
    private final NoArgGenerator ids = Generators.timeBasedEpochGenerator();
    private final UserEvents events = new UserEvents();

    @Activate
    public JpaUsers(@Reference Transactions transactions, @Reference PasswordHasher passwords, @Reference Clock clock) {
        this.transactions = transactions;
        this.passwords = passwords;
        this.clock = clock;
    }

    @Override
    public User create(NewUser newUser) {
        Username username = Username.parse(newUser.username());
        EmailAddress email = EmailAddress.parse(newUser.email());
        String displayName = newUser.displayName() == null ? null : UserRules.displayName(newUser.displayName());
        Set<Role> roles = UserRules.roles(newUser.roles());
        String hash = hash(newUser.password());
        String id = ids.generate().toString();
        Instant now = now();
        return transactions.write(transaction -> {
            UserEntity entity = new UserEntity(id, username, email, roles, now);
            entity.displayName(displayName);
            entity.passwordHash(hash);
            transaction.entityManager().persist(entity);
            flush(transaction);
            User user = entity.toUser();
            transaction.publish(events.created(user));
            return user;
        });
    }

    @Override
    public Optional<User> find(String id) {
        if (!isId(id)) {
            return Optional.empty();
        }
        return transactions.read(
                transaction -> Optional.ofNullable(transaction.entityManager().find(UserEntity.class, id))
                        .map(UserEntity::toUser));
    }

    @Override
    public Optional<User> findByUsername(String username) {
        return Username.find(username)
                .flatMap(name -> transactions.read(transaction -> transaction
                        .entityManager()
                        .createQuery("SELECT u FROM User u WHERE u.usernameKey = :key", UserEntity.class)
                        .setParameter("key", name.key())
                        .getResultStream()
                        .findFirst()
                        .map(UserEntity::toUser)));
    }

    @Override
    public User change(String id, long expectedVersion, UserChange change) {
        CheckedChange checked = CheckedChange.of(change, this::hash);
        Instant now = now();
        return transactions.write(transaction -> {
            UserEntity entity = lock(transaction, id);
            if (entity.version() != expectedVersion) {
                throw UserProblems.stale();
            }
            if (entity.status() == UserStatus.CLOSED) {
                throw UserProblems.closed();
            }
            List<String> fields = checked.apply(entity);
            if (fields.isEmpty()) {
                return entity.toUser();
            }
            entity.updatedAt(now);
            flush(transaction);
            User user = entity.toUser();
            transaction.publish(events.updated(user, fields));
            return user;
        });
    }

    @Override
    public User close(String id, OptionalLong expectedVersion) {
        Instant now = now();
        return transactions.write(transaction -> {
            UserEntity entity = lock(transaction, id);
            if (expectedVersion.isPresent() && entity.version() != expectedVersion.getAsLong()) {
                throw UserProblems.stale();
            }
            if (entity.status() == UserStatus.CLOSED) {
                return entity.toUser();
            }
            entity.close();
            entity.updatedAt(now);
            flush(transaction);
            User user = entity.toUser();
            transaction.publish(events.closed(user));
            return user;
        });
    }

    @Override
    public UserPage search(UserSearch search) {
        List<User> found = transactions.read(transaction -> query(transaction.entityManager(), search)
                .setParameter("after", search.afterId().orElse(""))
                // One more than asked for tells whether there is a next page.
                .setMaxResults(search.limit() + 1)
                .getResultList()
                .stream()
                .map(UserEntity::toUser)
                .toList());
        if (found.size() <= search.limit()) {
            return new UserPage(found, Optional.empty());
        }
        List<User> page = found.subList(0, search.limit());
        return new UserPage(page, Optional.of(page.get(page.size() - 1).id()));
    }

    @Override
    public Optional<Set<Role>> activeRoles(String userId) {
        return find(userId).filter(user -> user.status() == UserStatus.ACTIVE).map(User::roles);
    }

    private static TypedQuery<UserEntity> query(EntityManager entityManager, UserSearch search) {
        if (search.prefix().isEmpty()) {
            return entityManager.createQuery(PAGE, UserEntity.class);
        }
        String folded = CaseFold.key(search.prefix());
        // A whole address is found whatever form its domain is written in.
        String email = EmailAddress.find(search.prefix()).map(EmailAddress::key).orElse(folded);
        return entityManager
                .createQuery(MATCHING_PAGE, UserEntity.class)
                .setParameter("username", startingWith(folded))
                .setParameter("email", startingWith(email));
    }

    /** A LIKE pattern in which what the caller wrote stands for itself. */
    static String startingWith(String prefix) {
        return prefix.replace("!", "!!").replace("%", "!%").replace("_", "!_") + '%';
    }

    private static UserEntity lock(Transaction transaction, String id) {
        UserEntity entity = isId(id)
                ? transaction.entityManager().find(UserEntity.class, id, LockModeType.PESSIMISTIC_WRITE)
                : null;
        if (entity == null) {
            throw UserProblems.notFound();
        }
        return entity;
    }

    private static void flush(Transaction transaction) {
        try {
            transaction.entityManager().flush();
        } catch (PersistenceException failure) {
            throw UserProblems.taken(failure)
                    .<RuntimeException>map(taken -> taken)
                    .orElse(failure);
        }
    }

    private @Nullable String hash(@Nullable String password) {
        return password == null ? null : passwords.hash(UserRules.password(password));
    }

    private static boolean isId(String id) {
        return ID.matcher(id).matches();
    }

    /** The database keeps microseconds; what is answered now must be what is read later. */
    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MICROS);
    }
}
