package io.millrace.reader.postgres.watch;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.reader.postgres.connection.SqlSession;
import io.millrace.reader.postgres.server.ServerPositions;
import io.millrace.reader.postgres.statement.SourceStatements;
import java.util.List;

/**
 * Looks at publication and catalog again while the stream runs. What it finds of columns, and of tables where DDL messages come, may be a
 * statement that the stream has not come to: it says so at its place, and only what it has not said once the stream has passed the moment ends the task from here.
 * Of columns it looks at the beginning, too: what was done while nothing ran is told as what is done meanwhile.
 * Confined to the stream's thread.
 */
public final class PublishedCheck {
    private final SqlSession session;
    private final Runnable publication;
    private final List<CatalogWatch> watches;
    private final SourceStatements statements;
    private long noticedAt;
    private String noticed = "";

    /** @param publication what must hold of it and of the catalog, beside what the watches see */
    public PublishedCheck(
            SqlSession session, Runnable publication, List<CatalogWatch> watches, SourceStatements statements) {
        this.session = session;
        this.publication = publication;
        this.watches = List.copyOf(watches);
        this.statements = statements;
    }

    /** Looks at columns and the like, before the stream begins. */
    public void begin() {
        try {
            watches.forEach(CatalogWatch::require);
        } catch (MillraceException e) {
            notice(e);
        }
    }

    /** Whether something waits for the stream to come to where it was noticed. */
    public boolean isNoticed() {
        return !noticed.isEmpty();
    }

    /**
     * Checks.
     *
     * @param position where the stream stands
     */
    public void check(long position) {
        if (isNoticed() && Long.compareUnsigned(position, noticedAt) < 0) {
            return;
        }
        try {
            publication.run();
            watches.forEach(this::look);
            noticed = "";
        } catch (MillraceException e) {
            if (!e.getMessage().equals(noticed)) {
                notice(e);
            } else if (!statements.isStopped()) {
                throw e;
            }
        }
    }

    private void look(CatalogWatch watch) {
        try {
            watch.require();
        } catch (MillraceException e) {
            if (e.getMessage().equals(noticed) && !statements.isStopped()) {
                watch.take(); // it is told once
            }
            throw e;
        }
    }

    private void notice(MillraceException e) {
        boolean mayBeTold = e.code() == ErrorCode.DDL_ON_SELECTED_TABLE
                || (e.code() == ErrorCode.SOURCE_SETTING && statements.hints().isPresent());
        if (!mayBeTold) {
            throw e;
        }
        noticed = e.getMessage();
        noticedAt = new ServerPositions(session).committed().lsn();
    }
}
