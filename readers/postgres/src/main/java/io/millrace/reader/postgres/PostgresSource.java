package io.millrace.reader.postgres;

import io.millrace.datasource.DataSource;
import io.millrace.error.ErrorCode;
import io.millrace.error.Finding;
import io.millrace.error.MillraceException;
import io.millrace.position.PostgresPosition;
import io.millrace.position.SourcePosition;
import io.millrace.reader.ChangeReader;
import io.millrace.reader.ChangeRequest;
import io.millrace.reader.ChunkReader;
import io.millrace.reader.MomentSpan;
import io.millrace.reader.Source;
import io.millrace.reader.SourceRemnant;
import io.millrace.reader.TableDetails;
import io.millrace.reader.TableSelection;
import io.millrace.reader.postgres.catalog.Catalog;
import io.millrace.reader.postgres.catalog.CatalogTable;
import io.millrace.reader.postgres.catalog.Publication;
import io.millrace.reader.postgres.catalog.TypeCatalog;
import io.millrace.reader.postgres.catalog.UnsentColumns;
import io.millrace.reader.postgres.check.Preflight;
import io.millrace.reader.postgres.chunk.PostgresChunkReader;
import io.millrace.reader.postgres.connection.KeptSession;
import io.millrace.reader.postgres.connection.SqlSession;
import io.millrace.reader.postgres.connection.SqlText;
import io.millrace.reader.postgres.server.LoadedPlace;
import io.millrace.reader.postgres.server.Names;
import io.millrace.reader.postgres.server.RunningTransactions;
import io.millrace.reader.postgres.server.ServerPositions;
import io.millrace.reader.postgres.server.Slot;
import io.millrace.reader.postgres.server.SlotState;
import io.millrace.reader.postgres.server.Waits;
import io.millrace.reader.postgres.statement.DdlTrigger;
import io.millrace.reader.postgres.statement.SeenTable;
import io.millrace.schema.TableId;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * A database of a PostgreSQL server, a primary or, from 16 on, a standby. Each question opens a connection of its own, so that none outlives a server's timeout, and
 * a server that came back is asked anew.
 */
final class PostgresSource implements Source {
    static final String SLOT = "slot";
    static final String PUBLICATION = "publication";
    static final String DDL_TRIGGER = "ddl_trigger";

    private final DataSource dataSource;
    private final LoadedPlace loaded = new LoadedPlace();
    private final Waits waits = new Waits();
    private final KeptSession sessions;
    private Optional<Made> made = Optional.empty();
    private Optional<Set<TableId>> planned = Optional.empty(); // the tables that were listed last
    private List<CatalogTable> listed = List.of(); // the same, as the catalog had them
    private List<SeenTable> looked = List.of(); // likewise
    private boolean hasStreamed;

    /** What {@link #prepare} found or made. */
    private record Made(Names names, boolean isSlotNew) {}

    PostgresSource(DataSource dataSource) {
        this.dataSource = dataSource;
        sessions = new KeptSession(() -> SqlSession.open(dataSource, "questions"));
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
    public boolean isOfAnother(SourcePosition position) {
        return !(position instanceof PostgresPosition place)
                || !place.isOfSame(ask(session -> new ServerPositions(session).systemNumber()));
    }

    @Override
    public List<TableDetails> tables(TableSelection selection) {
        listed = ask(session -> {
            List<CatalogTable> tables = catalog(session).tables(selection);
            List<Long> numbers = tables.stream()
                    .map(table -> Integer.toUnsignedLong(table.oid()))
                    .toList();
            looked = SeenTable.ofCatalog(session, numbers);
            return tables;
        });
        planned = Optional.of(listed.stream().map(CatalogTable::id).collect(Collectors.toUnmodifiableSet()));
        return listed.stream().map(CatalogTable::details).toList();
    }

    private static Catalog catalog(SqlSession session) {
        return Catalog.withExpressions(session, new TypeCatalog(session));
    }

    /** Of the tables as they were listed last, where those are all of them: they are not asked for twice. */
    @Override
    public List<Finding> check(List<TableDetails> tables, ChangeRequest request) {
        List<CatalogTable> known = listed.stream()
                .filter(table -> request.selection().isSelected(table.id()))
                .toList();
        Set<TableId> ids = known.stream().map(CatalogTable::id).collect(Collectors.toSet());
        boolean areKnown = !known.isEmpty()
                && tables.stream()
                        .map(table -> table.schema().table())
                        .collect(Collectors.toSet())
                        .equals(ids);
        return ask(session ->
                new Preflight(session).check(areKnown ? known : catalog(session).tables(request.selection()), request));
    }

    @Override
    public Map<TableId, Set<String>> unsent(List<TableDetails> tables) {
        return ask(session -> UnsentColumns.of(session, tables));
    }

    @Override
    public Map<TableId, Set<String>> unsentByDeletes(List<TableDetails> tables) {
        return ask(session -> UnsentColumns.ofDeletes(session, tables));
    }

    /**
     * Publication first, then the slot: so that no change of a table that the stream is to carry lies behind the slot's start
     * and outside the publication, but those of transactions that {@link #loadPosition} waits for.
     */
    @Override
    public void prepare(ChangeRequest request) {
        Names names = Names.of(request);
        made = Optional.of(ask(session -> {
            ServerPositions server = new ServerPositions(session);
            server.requireReadable();
            Publication publication = new Publication(names.publication());
            if (server.isStandby()) {
                publication.requireAtStandby(session, request.selection());
            } else {
                publication.ensure(session, request.selection());
            }
            return new Made(names, new Slot(dataSource, names.slot(), request.isTwoPhase()).ensure(session, waits));
        }));
    }

    /** A slot that is older than its publication would leave out, silently, what was written between. */
    @Override
    public void prepareForPast(ChangeRequest request) {
        Names names = Names.of(request);
        ask(session -> {
            boolean isOlder = SlotState.of(session, names.slot()).isPresent()
                    && !new Publication(names.publication())
                            .holds(session, catalog(session).tables(request.selection()));
            if (isOlder) {
                throw new MillraceException(
                        ErrorCode.SOURCE_SLOT,
                        "the slot is older than what its publication must yet be given, so that changes before would be"
                                + " missing; begin with start: now or a full load: slot=" + names.slot()
                                + ", publication=" + names.publication());
            }
            return names;
        });
        prepare(request);
    }

    /** What writes when the publication changes may write on unpublished, and is seen by chunks only once it has ended. */
    @Override
    public void admit(ChangeRequest request, Set<TableId> tables) {
        ask(session -> {
            Publication publication = new Publication(Names.of(request).publication());
            if (new ServerPositions(session).isStandby()) {
                publication.requireAtStandby(session, request.selection());
            } else {
                publication.admit(session, request.selection(), tables);
                if (!tables.isEmpty()) {
                    RunningTransactions.awaitEnd(session, waits);
                }
            }
            return request;
        });
    }

    @Override
    public Set<TableId> carried(ChangeRequest request) {
        return ask(session -> {
            if (new ServerPositions(session).isStandby()) {
                return Set.of(); // a person put tables in, before the task could know of them
            }
            Set<Long> held = new Publication(Names.of(request).publication()).numbers(session);
            return Set.copyOf(catalog(session)
                    .numbers(request.selection(), (table, oid) -> held.contains(oid))
                    .keySet());
        });
    }

    @Override
    public boolean tellsOfStatements(ChangeRequest request) {
        return ask(session -> new DdlTrigger(Names.of(request)).isThere(session));
    }

    /** What is made is in no publication yet, and event triggers tell of published tables alone. */
    @Override
    public boolean tellsOfNewTables() {
        return false;
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
            DdlTrigger trigger = new DdlTrigger(names);
            if (trigger.isLeft(session)) {
                found.add(new SourceRemnant(
                        DDL_TRIGGER, trigger.name(), "writes DDL on the publication's tables into the WAL"));
            }
            return found;
        });
    }

    @Override
    public void remove(SourceRemnant remnant) {
        ask(session -> {
            switch (remnant.kind()) {
                case SLOT -> Slot.drop(session, remnant.name());
                case PUBLICATION -> new Publication(remnant.name()).drop(session);
                case DDL_TRIGGER -> DdlTrigger.drop(session, remnant.name());
                default -> throw new IllegalArgumentException("kind=" + remnant.kind());
            }
            return remnant;
        });
    }

    @Override
    public SourcePosition loadPosition() {
        return ask(session -> {
            ServerPositions positions = new ServerPositions(session);
            positions.requireReadable();
            PostgresPosition begin = beginning(session).orElseGet(positions::inserted);
            if (!positions.isStandby()) {
                RunningTransactions.awaitEnd(session, waits);
            }
            return begin;
        });
    }

    @Override
    public SourcePosition nowPosition() {
        return ask(session -> {
            ServerPositions positions = new ServerPositions(session);
            positions.requireReadable();
            return beginning(session).orElseGet(positions.isStandby() ? positions::inserted : positions::committed);
        });
    }

    /**
     * Where a stream of a two-phase slot begins without missing a PREPARE whose COMMIT PREPARED it will get: where the slot was made,
     * for that waited until nothing was prepared. Empty where the slot is none: then all comes with the commit.
     */
    private Optional<PostgresPosition> beginning(SqlSession session) {
        if (made.isEmpty()
                || !SlotState.of(session, made.get().names().slot())
                        .map(SlotState::isTwoPhase)
                        .orElse(false)) {
            return Optional.empty();
        }
        ServerPositions positions = new ServerPositions(session);
        return Optional.of(
                made.get().isSlotNew()
                        ? positions.confirmed(made.get().names().slot())
                        : positions.withoutPrepared(waits));
    }

    @Override
    public SourcePosition committedPosition() {
        return ask(session -> {
            ServerPositions positions = new ServerPositions(session);
            positions.requireReadable();
            return positions.committed();
        });
    }

    @Override
    public SourcePosition earliestPosition() {
        Names names = made.map(Made::names)
                .orElseThrow(() -> new MillraceException(
                        ErrorCode.NOT_SUPPORTED_YET,
                        "only a task that begins can start at the earliest position: start=earliest"));
        return ask(session -> new ServerPositions(session).confirmed(names.slot()));
    }

    @Override
    public ChangeReader changes(ChangeRequest request) {
        sessions.keepNoMore();
        // Where a task begins there is what the catalog had when it was planned.
        boolean isFirst = made.isPresent() && !hasStreamed;
        hasStreamed = true;
        return new PostgresReader(dataSource, isFirst ? request.with(List.of()) : request, loaded, planned, looked);
    }

    @Override
    public ChunkReader chunks() {
        return PostgresChunkReader.open(dataSource, loaded);
    }

    @Override
    public Optional<MomentSpan> span(TableId table, String column) {
        String name = SqlText.quoted(column);
        String form = ", 'YYYY-MM-DD\"T\"HH24:MI:SS')";
        return ask(session -> session
                        .rows(
                                "SELECT pg_catalog.to_char(pg_catalog.min(" + name + ")" + form
                                        + ", pg_catalog.to_char("
                                        + "pg_catalog.max(" + name + ")" + form + " FROM " + SqlText.quoted(table)
                                        + " WHERE " + name + " BETWEEN '0001-01-01' AND '9999-12-31'",
                                row -> Optional.ofNullable(row.getString(1)).isPresent()
                                        ? Optional.of(new MomentSpan(
                                                LocalDateTime.parse(row.getString(1)),
                                                LocalDateTime.parse(row.getString(2))))
                                        : Optional.<MomentSpan>empty())
                        .stream()
                        .flatMap(Optional::stream))
                .findFirst();
    }

    private <T> T ask(Function<SqlSession, T> question) {
        return sessions.ask(question);
    }

    @Override
    public void endWaits() {
        waits.end();
    }

    @Override
    public void close() {
        sessions.keepNoMore();
    }
}
