package io.millrace.reader.postgres;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;

/**
 * Looks at publication and catalog again while the stream runs. What it finds of columns, and of tables where DDL messages come, may be a
 * statement that the stream has not come to: it says so at its place, and only what it has not said once the stream has passed the moment ends the task from here.
 * Confined to the stream's thread.
 */
final class PublishedCheck {
    private final SqlSession session;
    private final Runnable requirement;
    private final SourceStatements statements;
    private long noticedAt;
    private boolean isNoticed;

    PublishedCheck(SqlSession session, Runnable requirement, SourceStatements statements) {
        this.session = session;
        this.requirement = requirement;
        this.statements = statements;
    }

    /**
     * Checks.
     *
     * @param position where the stream stands
     */
    void check(long position) {
        try {
            requirement.run();
            isNoticed = false;
        } catch (MillraceException e) {
            boolean mayBeTold = e.code() == ErrorCode.DDL_ON_SELECTED_TABLE
                    || (e.code() == ErrorCode.SOURCE_SETTING
                            && statements.hints().isPresent());
            if (!mayBeTold) {
                throw e;
            }
            if (!isNoticed) {
                isNoticed = true;
                noticedAt = new ServerPositions(session).committed().lsn();
            } else if (!statements.isStopped() && Long.compareUnsigned(position, noticedAt) >= 0) {
                throw e;
            }
        }
    }
}
