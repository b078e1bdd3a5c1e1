package io.plinth.gateway.internal;

import io.plinth.gateway.Gate;
import io.plinth.gateway.RequestRouter.Lease;
import io.plinth.security.Caller;
import io.plinth.security.Role;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.security.Principal;
import javax.servlet.ServletInputStream;
import javax.servlet.http.HttpServletRequest;
import javax.servlet.http.HttpServletRequestWrapper;
import org.jspecify.annotations.Nullable;

/**
 * The request as the client sent it: the public address instead of the slot's internal one, who calls, and a body with
 * limits.
 */
final class PublicRequest extends HttpServletRequestWrapper {
    private final String base;
    private final long bodyBytesMax;
    private final long bodyTimeoutMillis;
    private @Nullable ServletInputStream input;

    PublicRequest(HttpServletRequest request, @Nullable Lease lease, long bodyBytesMax, long bodyTimeoutMillis) {
        super(request);
        this.base = lease == null ? probedBase(request) : lease.base();
        this.bodyBytesMax = bodyBytesMax;
        this.bodyTimeoutMillis = bodyTimeoutMillis;
    }

    /** A probe names the internal address itself; its application must see the public one all the same. */
    private static String probedBase(HttpServletRequest request) {
        return request.getRequestURI().startsWith(Gate.INTERNAL_PREFIX) ? request.getContextPath() : "";
    }

    @Override
    public String getRequestURI() {
        if (getAttribute(Gate.PUBLIC_PATH) instanceof String path
                && (!path.startsWith(Gate.INTERNAL_PREFIX)
                        || !super.getRequestURI().startsWith(Gate.INTERNAL_PREFIX))) {
            return path;
        }
        String uri = super.getRequestURI();
        return uri.startsWith(base) ? uri.substring(base.length()) : uri;
    }

    @Override
    public StringBuffer getRequestURL() {
        StringBuffer url = super.getRequestURL();
        int at = base.isEmpty() ? -1 : url.indexOf(base);
        return at < 0 ? url : url.delete(at, at + base.length());
    }

    @Override
    public String getContextPath() {
        return "";
    }

    @Override
    public String getServletPath() {
        return "";
    }

    private @Nullable Caller caller() {
        return (Caller) getAttribute(Gate.CALLER);
    }

    @Override
    public @Nullable Principal getUserPrincipal() {
        return caller();
    }

    @Override
    public @Nullable String getRemoteUser() {
        Caller caller = caller();
        return caller == null ? null : caller.getName();
    }

    @Override
    public boolean isUserInRole(String roleName) {
        Caller caller = caller();
        return caller != null && Role.of(roleName).filter(caller::has).isPresent();
    }

    @Override
    public @Nullable String getAuthType() {
        return caller() == null ? null : "Bearer";
    }

    @Override
    public ServletInputStream getInputStream() throws IOException {
        ServletInputStream limited = input;
        if (limited == null) {
            limited = new LimitedInput(super.getInputStream(), bodyBytesMax, bodyTimeoutMillis);
            input = limited;
        }
        return limited;
    }

    @Override
    public BufferedReader getReader() throws IOException {
        String encoding = getCharacterEncoding();
        return new BufferedReader(
                new InputStreamReader(getInputStream(), encoding == null ? StandardCharsets.UTF_8.name() : encoding));
    }
}
