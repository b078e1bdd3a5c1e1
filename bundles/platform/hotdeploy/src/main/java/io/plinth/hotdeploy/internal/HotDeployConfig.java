package io.plinth.hotdeploy.internal;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** Limits of the operations on capabilities, and when a new version is taken back. */
@ObjectClassDefinition(name = "Plinth hot deployment")
public @interface HotDeployConfig {
    @AttributeDefinition(
            description = "How long a version that takes no new requests may go on with those it has, in milliseconds;"
                    + " what is left then is cut off. 0 to 100000.",
            min = "0",
            max = "100000")
    long drainTimeoutMillis() default 45_000;

    @AttributeDefinition(
            description = "After how long a version that does not answer its probe is given up, in milliseconds."
                    + " 1000 to 100000.",
            min = "1000",
            max = "100000")
    long probeTimeoutMillis() default 20_000;

    @AttributeDefinition(
            description = "How long a new version may take until its bundles have started and its components are"
                    + " there, in milliseconds. 1000 to 100000.",
            min = "1000",
            max = "100000")
    long startTimeoutMillis() default 20_000;

    @AttributeDefinition(
            description = "How long a new version may take until its health checks are up, in milliseconds."
                    + " 1000 to 100000.",
            min = "1000",
            max = "100000")
    long healthTimeoutMillis() default 10_000;

    @AttributeDefinition(
            description = "How long the schema migrations of a new version may take, in milliseconds; they are stopped"
                    + " then. 1000 to 3600000.",
            min = "1000",
            max = "3600000")
    long migrationTimeoutMillis() default 60_000;

    @AttributeDefinition(
            description = "How long an upgrade or rollback may take from when its turn has come until it has ended,"
                    + " a way back included, in milliseconds. Each of the other limits is cut to what is left. What a"
                    + " probation takes above 10000, and the steps of a canary, come on top. 30000 to 3600000.",
            min = "30000",
            max = "3600000")
    long operationTimeoutMillis() default 115_000;

    @AttributeDefinition(
            description = "How long a new version is watched after it got all the traffic, while the one before is kept"
                    + " for an instant way back, in milliseconds. 0 to 3600000.",
            min = "0",
            max = "3600000")
    long probationMillis() default 10_000;

    @AttributeDefinition(
            description = "How long each step of a canary takes, in milliseconds. 100 to 3600000.",
            min = "100",
            max = "3600000")
    long canaryStepMillis() default 10_000;

    @AttributeDefinition(
            description = "By how many percent of the requests the share of 5xx answers of a new version may be above"
                    + " that of the one before. 1 to 100.",
            min = "1",
            max = "100")
    int errorPercentMax() default 5;

    @AttributeDefinition(
            description = "Requests from which on the share of 5xx answers is judged. 1 to 100000.",
            min = "1",
            max = "100000")
    int errorRequestsMin() default 20;

    @AttributeDefinition(
            description = "By which factor the p99 of a new version may be above that of the one before, in percent;"
                    + " 300 is three times. 110 to 10000.",
            min = "110",
            max = "10000")
    int p99PercentMax() default 300;

    @AttributeDefinition(
            description = "A p99 up to this one is never a reason to go back, in milliseconds. 1 to 60000.",
            min = "1",
            max = "60000")
    long p99MillisMin() default 200;

    @AttributeDefinition(
            description = "How long a call of a service waits while its capability has no version that serves, in"
                    + " milliseconds. 0 to 60000.",
            min = "0",
            max = "60000")
    long serviceWaitMillis() default 10_000;

    @AttributeDefinition(
            description = "GET requests with which a new version is warmed up before it serves, where it declares a"
                    + " probe path. 0 to 10000.",
            min = "0",
            max = "10000")
    int warmUpRequests() default 200;

    @AttributeDefinition(
            description = "How long the classes of a removed version may stay in memory before a garbage collection is"
                    + " forced, and then what holds them is looked for, in milliseconds. 1000 to 3600000.",
            min = "1000",
            max = "3600000")
    long leakCheckMillis() default 30_000;

    @AttributeDefinition(description = "Whether packages must be signed by a trusted key: required or off.")
    String signature() default "required";
}
