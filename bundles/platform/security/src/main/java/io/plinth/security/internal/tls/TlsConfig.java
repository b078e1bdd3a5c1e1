package io.plinth.security.internal.tls;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** PID {@code io.plinth.security.tls}. */
@ObjectClassDefinition(
        name = "Plinth TLS certificate",
        description = "Own certificate, or names for the one that the server makes by its private CA")
public @interface TlsConfig {
    @AttributeDefinition(
            description =
                    "PEM file: the server's certificate first, then its intermediates, at most 10. Relative paths are"
                            + " taken from the data folder. Empty: the server makes its own. Needs key.file too.")
    String certificate_file() default "";

    @AttributeDefinition(
            description =
                    "PEM file: the private key in PKCS#8 (BEGIN PRIVATE KEY), not encrypted. Empty: the server makes"
                            + " its own. Needs certificate.file too.")
    String key_file() default "";

    @AttributeDefinition(
            description =
                    "Host names and IP addresses, 0 to 50, that the certificate made here is for, beside localhost,"
                            + " 127.0.0.1, ::1 and the name of this machine.")
    String[] names() default {};
}
