package io.millrace.reader.postgres;

import io.millrace.datasource.DataSource;
import io.millrace.error.ErrorCode;
import io.millrace.error.Finding;
import io.millrace.error.MillraceException;
import io.millrace.position.SourcePosition;
import io.millrace.reader.ChangeReader;
import io.millrace.reader.ChangeRequest;
import io.millrace.reader.ChunkReader;
import io.millrace.reader.Source;
import io.millrace.reader.SourceRemnant;
import io.millrace.reader.TableDetails;
import io.millrace.reader.TableSelection;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * A database of a PostgreSQL primary. Each question opens a connection of its own, so that none outlives a server's timeout, and
 * a server that came back is asked anew.
 */
final class PostgresSource implements Source {
    static final String SLOT = "slot";
    static final String PUBLICATION = "publication";

    private final DataSource dataSource;
    private Optional<Names> prepared = Optional.empty();

    PostgresSource(DataSource dataSource) {
        this.dataSource = dataSource;
    }

    @Override
    public String version() {
        return ask(session -> {
            String version = session.value("SELECT pg_catalog.current_setting('server_version')");
            int end = version.indexOf(' ');
            return "PostgreSQL " + (end < 0 ? version : version.substring(0, end));
        });
    }

    @Override
    public String identity() {
        return ask(session -> new ServerPositions(session).identity());
    }

    @Override
    public List<TableDetails> tables(TableSelection selection) {
        return ask(session -> catalog(session).tables(selection).stream()
                .map(CatalogTable::details)
                .toList());
    }

    private static Catalog catalog(SqlSession session) {
        return new Catalog(session, new TypeCatalog(session));
    }

    @Override
    public List<Finding> check(List<TableDetails> tables, ChangeRequest request) {
        return ask(session -> new Preflight(session).check(catalog(session).tables(request.selection()), request));
    }

    /**
     * Publication first, then the slot: so that no change of a table that the stream is to carry lies behind the slot's start
     * and outside the publication, but those of transactions that {@link #loadPosition} waits for.
     */
    @Override
    public void prepare(ChangeRequest request) {
        Names names = Names.of(request);
        ask(session -> {
            new ServerPositions(session).requirePrimary();
            new Publication(names.publication()).ensure(session, request.selection());
            new Slot(dataSource, names.slot()).ensure(session);
            return names;
        });
        prepared = Optional.of(names);
    }

    @Override
    public List<SourceRemnant> remnants(ChangeRequest request) {
        Names names = Names.of(request);
        return ask(session -> {
            List<SourceRemnant> found = new ArrayList<>();
            SlotState.of(session, names.slot())
                    .ifPresent(slot -> found.add(new SourceRemnant(
                            SLOT,
                            slot.name(),
                            "retains " + slot.retainedBytes() + " bytes of WAL"
                                    + (slot.activePid() == 0 ? "" : ", in use by pid " + slot.activePid()))));
            if (new Publication(names.publication()).exists(session)) {
                found.add(new SourceRemnant(PUBLICATION, names.publication(), "costs nothing while no slot reads it"));
            }
            return found;
        });
    }

    @Override
    public void remove(SourceRemnant remnant) {
        ask(session -> {
            switch (remnant.kind()) {
                case SLOT -> new Slot(dataSource, remnant.name()).drop(session);
                case PUBLICATION -> new Publication(remnant.name()).drop(session);
                default -> throw new IllegalArgumentException("kind=" + remnant.kind());
            }
            return remnant;
        });
    }

    @Override
    public SourcePosition loadPosition() {
        return ask(session -> {
            ServerPositions positions = new ServerPositions(session);
            positions.requirePrimary();
            return positions.load();
        });
    }

    @Override
    public SourcePosition committedPosition() {
        return ask(session -> {
            ServerPositions positions = new ServerPositions(session);
            positions.requirePrimary();
            return positions.committed();
        });
    }

    @Override
    public SourcePosition earliestPosition() {
        Names names = prepared.orElseThrow(() -> new MillraceException(
                ErrorCode.NOT_SUPPORTED_YET,
                "only a task that begins can start at the earliest position: start=earliest"));
        return ask(session -> new ServerPositions(session).confirmed(names.slot()));
    }

    @Override
    public ChangeReader changes(ChangeRequest request) {
        return new PostgresReader(dataSource, request);
    }

    @Override
    public ChunkReader chunks() {
        return PostgresChunkReader.open(dataSource);
    }

    private <T> T ask(Function<SqlSession, T> question) {
        try (SqlSession session = SqlSession.open(dataSource, "questions")) {
            return question.apply(session);
        }
    }

    @Override
    public void close() {
        // Nothing is held between calls.
    }
}
