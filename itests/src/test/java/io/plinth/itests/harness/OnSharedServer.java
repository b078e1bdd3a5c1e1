package io.plinth.itests.harness;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/** The class runs against the shared server; its constructor may ask for {@link PlinthServer}, {@link Http}, {@link EventTap}. */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith({ServerLogOnFailure.class, SharedServer.class})
public @interface OnSharedServer {}
