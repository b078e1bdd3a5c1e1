package io.plinth.transactions.internal.rest;

import io.plinth.rest.Page;
import io.plinth.rest.PageRequest;
import io.plinth.transactions.LedgerPage;
import io.plinth.transactions.PageKey;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Pages of the ledger as pages of the API. */
final class Pages {
    private Pages() {}

    /** @throws io.plinth.problem.ProblemException 400 naming {@code limit} or {@code cursor} */
    static PageKey key(@Nullable String limit, @Nullable String cursor) {
        PageRequest page = PageRequest.parse(limit, cursor);
        return new PageKey(page.limit(), page.after());
    }

    static <T, B> Page<B> answer(LedgerPage<T> page, Function<T, B> body) {
        return new Page<>(
                page.items().stream().map(body).toList(),
                page.next().map(PageRequest::cursor).orElse(null));
    }
}
