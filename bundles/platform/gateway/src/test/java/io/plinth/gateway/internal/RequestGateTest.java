package io.plinth.gateway.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.plinth.gateway.Gate;
import io.plinth.gateway.RequestRouter.Lease;
import io.plinth.gateway.RequestRouter.Registration;
import io.plinth.gateway.RequestRouter.Target;
import io.plinth.problem.ProblemException;
import io.plinth.problem.ProblemType;
import io.plinth.security.Caller;
import io.plinth.security.InvalidTokenException;
import io.plinth.security.Role;
import io.plinth.security.TokenVerifier;
import java.io.IOException;
import java.lang.reflect.Field;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import javax.servlet.DispatcherType;
import javax.servlet.FilterChain;
import javax.servlet.ServletException;
import javax.servlet.http.HttpServletRequest;
import javax.servlet.http.HttpServletResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestGateTest {
    private static final Caller CALLER =
            new Caller("subject", "client", Optional.empty(), Set.of(Role.ADMIN), "token", Instant.EPOCH);

    private final SlotRouter router = new SlotRouter(FakeConfig.small());
    private final Drain drain = new Drain(router, FakeConfig.small());
    private final RequestGate gate =
            new RequestGate(drain, new AccessLog(new SimpleMeterRegistry()), FakeConfig.small());
    private final FakeExchange exchange = new FakeExchange();
    private final List<HttpServletRequest> passed = new ArrayList<>();
    private final List<Target> targets = new ArrayList<>();
    private FilterChain application = (request, response) -> passed.add((HttpServletRequest) request);

    /** Knows one token. */
    private static Caller verify(String token) throws InvalidTokenException {
        if (!token.equals("good")) {
            throw new InvalidTokenException("The token has expired.");
        }
        return CALLER;
    }

    /** As Declarative Services does. */
    private void bind(TokenVerifier verifier) throws ReflectiveOperationException {
        Field tokens = RequestGate.class.getDeclaredField("tokens");
        tokens.setAccessible(true);
        tokens.set(gate, verifier);
    }

    private void pass() throws IOException, ServletException {
        gate.pass(exchange.request(), exchange.response(), application);
    }

    private void assertPassed() throws IOException, ServletException {
        pass();
        assertThat(passed).as("reached the application").hasSize(1);
        assertThat(exchange.status).isEqualTo(200);
    }

    private void assertRefused(ProblemType type) throws IOException, ServletException {
        pass();
        assertThat(passed).as("reached the application").isEmpty();
        assertProblem(type);
    }

    private void assertProblem(ProblemType type) {
        assertThat(exchange.status).isEqualTo(type.status());
        assertThat(exchange.answer())
                .startsWith("{\"type\":\"" + type.uri() + "\"")
                .contains("\"status\":" + type.status())
                .contains("\"instance\":\"" + exchange.uri + "\"");
        assertThat(exchange.responseHeaders)
                .containsEntry("Content-Type", "application/problem+json")
                .containsEntry("Cache-Control", "no-store")
                .containsEntry(
                        "Content-Length", Integer.toString(exchange.answer().length()))
                .containsKey("X-Request-Id");
    }

    /** For Jetty, this status means to abort. */
    @Test
    void anAnswerCanBeCutOff() throws Exception {
        assertPassed();
        ((Runnable) exchange.attributes.get(Gate.CUT_OFF)).run();
        assertThat(exchange.status).isEqualTo(-1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "A-Za.z_0-9", "0123456789012345678901234567890123456789012345678901234567890123"})
    void aGoodRequestIdIsTakenOver(String id) throws Exception {
        exchange.header("X-Request-Id", id);
        assertPassed();
        assertThat(exchange.responseHeaders).containsEntry("X-Request-Id", id);
        assertThat(exchange.attributes).containsEntry(Gate.REQUEST_ID, id);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "a b",
                "a\nb",
                "a\n",
                "\u00e9",
                "<a>",
                "0123456789012345678901234567890123456789012345678901234567890123x"
            })
    void aBadRequestIdIsReplaced(String id) throws Exception {
        exchange.header("X-Request-Id", id);
        assertPassed();
        assertThat(exchange.responseHeaders.get("X-Request-Id"))
                .isNotEqualTo(id)
                .matches("[0-9a-f-]{36}");
    }

    @Test
    void eachRequestGetsAnIdOfItsOwn() throws Exception {
        pass();
        String first = exchange.responseHeaders.get("X-Request-Id");
        pass();
        assertThat(exchange.responseHeaders.get("X-Request-Id"))
                .matches("[0-9a-f-]{36}")
                .isNotEqualTo(first);
    }

    @Test
    void securityHeadersAreOnEveryAnswer() throws Exception {
        pass();
        for (boolean refused : new boolean[] {false, true}) {
            if (refused) {
                exchange.responseHeaders.clear();
                exchange.contentLength = 101;
                pass();
                assertThat(exchange.status).isEqualTo(413);
            }
            assertThat(exchange.responseHeaders)
                    .containsEntry("X-Content-Type-Options", "nosniff")
                    .containsEntry("X-Frame-Options", "DENY")
                    .containsEntry("Referrer-Policy", "no-referrer")
                    .containsEntry("Cross-Origin-Resource-Policy", "same-origin")
                    .containsEntry("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
                    .doesNotContainKey("Strict-Transport-Security");
        }
    }

    @Test
    void strictTransportIsSaidOnHttpsAloneAndCanBeLeftOut() throws Exception {
        exchange.secure = true;
        pass();
        assertThat(exchange.responseHeaders).containsEntry("Strict-Transport-Security", "max-age=600");
        exchange.responseHeaders.clear();
        gate.modified(FakeConfig.small().withoutHsts());
        pass();
        assertThat(exchange.responseHeaders).doesNotContainKey("Strict-Transport-Security");
    }

    @Test
    void aBodyThatSaysThatItIsTooLargeIs413() throws Exception {
        exchange.contentLength = 101;
        assertRefused(ProblemType.CONTENT_TOO_LARGE);
        assertThat(exchange.responseHeaders).containsEntry("Connection", "close");
    }

    @Test
    void aBodyOfExactlyTheLimitPasses() throws Exception {
        exchange.contentLength = 100;
        assertPassed();
    }

    @Test
    void aBodyThatTurnsOutTooLargeIs413() throws Exception {
        exchange.body = new byte[101];
        application = (request, response) -> request.getInputStream().readAllBytes();
        assertRefused(ProblemType.CONTENT_TOO_LARGE);
    }

    @Test
    void aSecondAuthorizationHeaderIsRefused() throws Exception {
        bind(RequestGateTest::verify);
        exchange.header("Authorization", "Bearer good", "Bearer good");
        assertRefused(ProblemType.INVALID_REQUEST);
        assertThat(exchange.answer()).contains("\"errors\":[{\"field\":\"Authorization\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Bearer good", "bearer good", "BEARER good"})
    void aGoodTokenMakesTheCaller(String header) throws Exception {
        bind(RequestGateTest::verify);
        exchange.header("Authorization", header);
        assertPassed();
        assertThat(passed.get(0).getUserPrincipal()).isSameAs(CALLER);
        assertThat(passed.get(0).isUserInRole("admin")).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"Bearer bad", "Bearer good ", "Bearer  good", "Bearer ", "Bearer"})
    void aTokenThatIsRefusedIs401WithChallenge(String header) throws Exception {
        bind(RequestGateTest::verify);
        exchange.header("Authorization", header);
        assertRefused(ProblemType.UNAUTHORIZED);
        assertThat(exchange.responseHeaders)
                .containsEntry("WWW-Authenticate", "Bearer realm=\"plinth\", error=\"invalid_token\"");
        assertThat(exchange.answer()).contains("The token has expired.");
        assertThat(exchange.attributes).doesNotContainKey(Gate.CALLER);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Basic Zm9vOmJhcg==", "Digest x", "Bearerish good", "good", ""})
    void anotherSchemeIsLeftToTheResource(String header) throws Exception {
        bind(RequestGateTest::verify);
        exchange.header("Authorization", header);
        assertPassed();
        assertThat(passed.get(0).getUserPrincipal()).isNull();
    }

    @Test
    void withoutTokenTheChallengeNamesNoError() throws Exception {
        application = (request, response) -> {
            throw ProblemException.of(ProblemType.UNAUTHORIZED, "Log in.");
        };
        assertRefused(ProblemType.UNAUTHORIZED);
        assertThat(exchange.responseHeaders).containsEntry("WWW-Authenticate", "Bearer realm=\"plinth\"");
    }

    @Test
    void whileTokensCannotBeVerifiedRequestsPassWithoutCaller() throws Exception {
        exchange.header("Authorization", "Bearer good");
        assertPassed();
        assertThat(exchange.attributes).doesNotContainKey(Gate.CALLER);
        assertThat(exchange.attributes.get(Gate.AUTHENTICATION_FAILURE))
                .isInstanceOfSatisfying(ProblemException.class, notChecked -> assertThat(notChecked.type())
                        .isEqualTo(ProblemType.UNAVAILABLE));
    }

    @Test
    void aVerifierThatCannotAnswerLeavesItToWhoNeedsTheCaller() throws Exception {
        bind(token -> {
            throw ProblemException.unavailable("Keys cannot be had.", Duration.ofMillis(100), new IOException("test"));
        });
        exchange.header("Authorization", "Bearer good");
        application = (request, response) -> {
            throw (ProblemException) request.getAttribute(Gate.AUTHENTICATION_FAILURE);
        };
        assertRefused(ProblemType.UNAVAILABLE);
        assertThat(exchange.responseHeaders).containsEntry("Retry-After", "1");
        assertThat(exchange.answer()).doesNotContain("test");
    }

    @Test
    void aDrainingServerAnswersHealthAlone() throws Exception {
        drain.run();
        exchange.uri = "/health/ready";
        assertPassed();
        passed.clear();
        for (String path : List.of("/", "/api/v1/health", "/healthy")) {
            exchange.uri = path;
            assertRefused(ProblemType.UNAVAILABLE);
            assertThat(exchange.responseHeaders).containsEntry("Retry-After", "7");
        }
    }

    @Test
    void aBadPathIsRefusedBeforeAnythingElse() throws Exception {
        exchange.attributes.put(Gate.BAD_PATH, Boolean.TRUE);
        exchange.attributes.put(Gate.PUBLIC_PATH, "/a/../b");
        exchange.uri = "/a/../b";
        drain.run();
        assertRefused(ProblemType.INVALID_REQUEST);
    }

    @Test
    void aResumedRequestIsNotCheckedTwice() throws Exception {
        drain.run();
        exchange.header("Authorization", "Bearer bad");
        exchange.attributes.put(Gate.CALLER, CALLER);
        exchange.attributes.put(Gate.REQUEST_ID, "first");
        for (DispatcherType type : List.of(DispatcherType.ASYNC, DispatcherType.ERROR, DispatcherType.FORWARD)) {
            exchange.dispatcher = type;
            passed.clear();
            assertPassed();
            assertThat(passed.get(0).getUserPrincipal()).isSameAs(CALLER);
        }
        assertThat(exchange.responseHeaders).isEmpty();
        assertThat(exchange.attributes).containsEntry(Gate.REQUEST_ID, "first");
    }

    @Test
    void anAnswerThatHasBegunIsLeftAlone() throws Exception {
        application = (request, response) -> {
            response.getOutputStream().write('x');
            exchange.committed = true;
            throw ProblemException.notFound("Gone.");
        };
        pass();
        assertThat(exchange.answer()).isEqualTo("x");
        assertThat(exchange.status).isEqualTo(200);
    }

    @Test
    void whatTheApplicationHadWrittenIsNotPartOfTheProblem() throws Exception {
        application = (request, response) -> {
            response.getOutputStream().write('x');
            throw ProblemException.notFound("Gone.");
        };
        assertRefused(ProblemType.NOT_FOUND);
    }

    @Test
    void headGetsNoBodyButItsLength() throws Exception {
        exchange.method = "HEAD";
        exchange.contentLength = 101;
        pass();
        assertThat(exchange.status).isEqualTo(413);
        assertThat(exchange.answer()).isEmpty();
        assertThat(exchange.responseHeaders.get("Content-Length")).isNotEqualTo("0");
    }

    private Lease lease(long bodyBytesMax) {
        Target target = router.add(new Registration("users", "1.0.0", "/slots/users", Set.of("/users"), bodyBytesMax));
        target.activate();
        targets.add(target);
        Lease lease = router.acquire("/users", () -> "");
        exchange.attributes.put(Gate.LEASE, lease);
        exchange.attributes.put(Gate.URI_TEMPLATE, "/users");
        return lease;
    }

    @ParameterizedTest
    @CsvSource({"0,100", "50,50", "200,200"})
    void aSlotMayHaveALimitOfItsOwn(long ofTheSlot, int effective) throws Exception {
        lease(ofTheSlot);
        exchange.contentLength = effective;
        assertPassed();
        passed.clear();
        exchange.contentLength = effective + 1;
        assertRefused(ProblemType.CONTENT_TOO_LARGE);
        exchange.contentLength = -1;
        exchange.body = new byte[effective];
        application = (request, response) ->
                assertThat(request.getInputStream().readAllBytes()).hasSize(effective);
        exchange.status = 200;
        pass();
        assertThat(exchange.status).isEqualTo(200);
        exchange.body = new byte[effective + 1];
        assertRefused(ProblemType.CONTENT_TOO_LARGE);
    }

    @Test
    void oneThatWaitedForItsSlotIsCheckedWhenItComes() throws Exception {
        bind(RequestGateTest::verify);
        exchange.header("Authorization", "Bearer good");
        exchange.dispatcher = DispatcherType.ASYNC;
        assertPassed();
        assertThat(passed.get(0).getUserPrincipal()).isSameAs(CALLER);
        assertThat(exchange.attributes).containsKey(Gate.REQUEST_ID);
        assertThat(exchange.responseHeaders).containsKey("X-Request-Id");
        exchange.header("Authorization", "Bearer bad");
        passed.clear();
        assertPassed();
    }

    @Test
    void aStreamIsEndedCleanlyWhenItsVersionDrains() throws Exception {
        lease(0);
        exchange.suspended = true;
        assertPassed();
        targets.get(0).endStreams();
        assertThat(exchange.completions).as("not yet known as a stream").isZero();
        exchange.responseHeaders.put("Content-Type", "text/event-stream;charset=utf-8");
        targets.get(0).endStreams();
        assertThat(exchange.completions).isEqualTo(1);
        targets.get(0).endStreams();
        assertThat(exchange.completions).as("refused without a word").isEqualTo(2);
    }

    @Test
    void whatIsSuspendedWithoutBeingAStreamIsLeftAlone() throws Exception {
        lease(0);
        exchange.suspended = true;
        exchange.responseHeaders.put("Content-Type", "application/json");
        assertPassed();
        targets.get(0).endStreams();
        assertThat(exchange.completions).isZero();
    }

    @Test
    void anEmptyAnswerOfNobodyIs503() throws Exception {
        lease(0);
        assertPassed();
        exchange.attributes.remove(Gate.URI_TEMPLATE);
        pass();
        assertProblem(ProblemType.UNAVAILABLE);
        assertThat(exchange.responseHeaders).containsEntry("Retry-After", "7");
    }

    @Test
    void anAnswerWithoutResourceIsLeftAlone() throws Exception {
        lease(0);
        exchange.attributes.remove(Gate.URI_TEMPLATE);
        exchange.suspended = true;
        assertPassed();
        exchange.suspended = false;
        exchange.committed = true;
        passed.clear();
        assertPassed();
        exchange.committed = false;
        application = (request, response) -> ((HttpServletResponse) response).setStatus(304);
        pass();
        assertThat(exchange.status).isEqualTo(304);
    }

    @Test
    void whatTheGateAnswersIsNotInTheStatisticsOfTheVersion() throws Exception {
        Lease refused = lease(0);
        drain.run();
        assertRefused(ProblemType.UNAVAILABLE);
        refused.completed(503, 1);
        assertThat(targets.get(0).statistics().requests()).isZero();
        Lease failed = router.acquire("/users", () -> "");
        failed.completed(503, 1);
        assertThat(targets.get(0).statistics().errors()).isEqualTo(1);
    }

    @Test
    void aProbeOfAVersionReadsWhatAServiceReads() throws Exception {
        exchange.uri = "/slots/users/1.0.0/api/v1/users";
        exchange.header(Gate.PROBE_HEADER, gate.probeToken());
        assertPassed();
        assertThat(((Caller) exchange.attributes.get(Gate.CALLER)).roles()).containsExactly(Role.SERVICE);
    }

    @ParameterizedTest
    @CsvSource({"/api/v1/users, GET, true", "/slots/a/1.0.0/a, POST, true", "/slots/a/1.0.0/a, GET, false"})
    void nothingElseIsAProbe(String uri, String method, boolean isRightToken) throws Exception {
        exchange.uri = uri;
        exchange.method = method;
        exchange.header(Gate.PROBE_HEADER, isRightToken ? gate.probeToken() : "a".repeat(32));
        assertPassed();
        assertThat(exchange.attributes).doesNotContainKey(Gate.CALLER);
    }

    @Test
    void theProbeTokenIsRandom() {
        RequestGate other = new RequestGate(drain, new AccessLog(new SimpleMeterRegistry()), FakeConfig.small());
        assertThat(gate.probeToken()).hasSize(32).isNotEqualTo(other.probeToken());
    }
}
