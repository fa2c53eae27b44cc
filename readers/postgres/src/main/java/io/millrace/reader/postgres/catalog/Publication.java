package io.millrace.reader.postgres.catalog;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.reader.TableSelection;
import io.millrace.reader.postgres.connection.SqlSession;
import io.millrace.reader.postgres.connection.SqlText;
import io.millrace.reader.postgres.server.ServerPositions;
import io.millrace.schema.TableId;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A task's publication: exactly its tables, one by one, never all tables or a schema's. A table whose updates or deletes would
 * fail for want of an identity while it is published never enters: identities are looked at again behind the locks that the
 * statement takes, in its own transaction.
 */
public final class Publication {
    private static final Logger LOG = LoggerFactory.getLogger(Publication.class);

    private static final String STATE = """
            SELECT p.puballtables OR EXISTS (SELECT FROM pg_catalog.pg_publication_namespace n WHERE n.pnpubid = p.oid),
                   p.pubinsert AND p.pubupdate AND p.pubdelete AND p.pubtruncate AND p.pubviaroot,
                   EXISTS (SELECT FROM pg_catalog.pg_publication_rel r
                           WHERE r.prpubid = p.oid AND (r.prqual IS NOT NULL OR r.prattrs IS NOT NULL)),
                   ARRAY(SELECT r.prrelid::bigint FROM pg_catalog.pg_publication_rel r WHERE r.prpubid = p.oid),
                   :computed
            FROM pg_catalog.pg_publication p WHERE p.pubname = ?""".replace(":computed", GeneratedColumns.ARE_PUBLISHED);

    private final String name;

    public Publication(String name) {
        this.name = name;
    }

    private static final String OPTIONS =
            "publish = 'insert, update, delete, truncate', publish_via_partition_root = true";

    /** @param hasComputed whether it carries what the server computes and stores */
    private record State(boolean isWide, boolean isWhole, boolean isFiltered, List<Long> tables, boolean hasComputed) {
        /** Of single tables, with all of their changes. */
        boolean isPlain() {
            return !isWide && isWhole && !isFiltered;
        }
    }

    private Optional<State> state(SqlSession session) {
        return session.row(
                STATE,
                row -> new State(
                        row.getBoolean(1),
                        row.getBoolean(2),
                        row.getBoolean(3),
                        List.of((Long[]) row.getArray(4).getArray()),
                        row.getBoolean(5)),
                name);
    }

    public boolean exists(SqlSession session) {
        return state(session).isPresent();
    }

    /** Makes the publication, or gives one that is there exactly these tables. */
    public void ensure(SqlSession session, TableSelection selection) {
        transact(session, () -> {
            List<CatalogTable> tables = new Catalog(session, new TypeCatalog(session)).tables(selection);
            requireIdentities(tables);
            Optional<State> found = state(session);
            if (found.isEmpty()) {
                session.execute(creation(session, tables), "making the publication " + name);
                LOG.info("made: publication={}, tables={}", name, tables.size());
            } else if (!holds(found.get(), tables)) {
                requireNarrow(found.get());
                session.execute(alteration(session, found.get(), tables), "changing the publication " + name);
                LOG.info("changed: publication={}, tables={}", name, tables.size());
            }
            requireIdentities(new Catalog(session, new TypeCatalog(session)).tables(selection));
        });
    }

    /**
     * Gives the publication tables that are new to the task, and takes out those that the task no longer takes. What it holds goes by its
     * number: a table that has another name since, which the stream has yet to tell, stays. One that lacks and is not new stays out:
     * changes of it may be lost, which the reader says.
     */
    public void admit(SqlSession session, TableSelection selection, Set<TableId> fresh) {
        transact(session, () -> {
            Optional<State> found = state(session).filter(State::isPlain);
            if (found.isEmpty()) {
                return;
            }
            Catalog catalog = new Catalog(session, new TypeCatalog(session));
            Set<Long> held = Set.copyOf(found.get().tables());
            Catalog.Filter isWanted = (table, oid) -> held.contains(oid)
                    ? selection.isSelected(table) || selection.isAwaited(table)
                    : selection.isSelected(table) && fresh.contains(table);
            List<CatalogTable> wanted = catalog.tables(selection, isWanted);
            requireIdentities(wanted);
            List<CatalogTable> coming = wanted.stream()
                    .filter(table -> !held.contains(number(table)))
                    .toList();
            Set<Long> going = new HashSet<>(held);
            wanted.forEach(table -> going.remove(number(table)));
            if (coming.isEmpty() && going.isEmpty()) {
                return;
            }
            List<CatalogTable> left = catalog.tables(selection, (table, oid) -> going.contains(oid));
            if (left.size() == going.size()) {
                if (!carriesComputed(found.get(), wanted)) {
                    session.execute(options(session), "changing the publication " + name);
                }
                alter(session, "ADD", coming);
                alter(session, "DROP", left);
            } else { // somebody has put in a partition, or the like
                session.execute(alteration(session, found.get(), wanted), "changing the publication " + name);
            }
            LOG.info("changed: publication={}, tables={}", name, wanted.size());
            requireIdentities(catalog.tables(selection, isWanted));
        });
    }

    private static long number(CatalogTable table) {
        return Integer.toUnsignedLong(table.oid());
    }

    private void alter(SqlSession session, String action, List<CatalogTable> tables) {
        if (!tables.isEmpty()) {
            session.execute(
                    "ALTER PUBLICATION " + SqlText.quoted(name) + " " + action + " TABLE " + list(tables),
                    "changing the publication " + name);
        }
    }

    private void transact(SqlSession session, Runnable step) {
        session.execute("BEGIN", "beginning a transaction");
        boolean isDone = false;
        try {
            step.run();
            session.execute("COMMIT", "making the publication " + name);
            isDone = true;
        } finally {
            if (!isDone) {
                session.abort(); // what was begun is rolled back with the connection
            }
        }
    }

    /** Numbers of the tables that are in it; none where it is not there. */
    public Set<Long> numbers(SqlSession session) {
        return state(session).map(found -> Set.copyOf(found.tables())).orElse(Set.of());
    }

    private String creation(SqlSession session, List<CatalogTable> tables) {
        return "CREATE PUBLICATION " + SqlText.quoted(name) + " FOR TABLE " + list(tables) + " WITH (" + OPTIONS
                + GeneratedColumns.option(session) + ")";
    }

    /** Options first: beside a publication without computed columns, rows with such an identity could not be updated. */
    private String alteration(SqlSession session, State found, List<CatalogTable> tables) {
        boolean isDone = found.isWhole() && carriesComputed(found, tables);
        return (isDone ? "" : options(session) + "; ") + "ALTER PUBLICATION " + SqlText.quoted(name) + " SET TABLE "
                + list(tables);
    }

    private String options(SqlSession session) {
        return "ALTER PUBLICATION " + SqlText.quoted(name) + " SET (" + OPTIONS + GeneratedColumns.option(session)
                + ")";
    }

    private static boolean carriesComputed(State state, List<CatalogTable> tables) {
        return state.hasComputed() || tables.stream().noneMatch(CatalogTable::hasComputed);
    }

    private static String list(List<CatalogTable> tables) {
        return tables.stream()
                .map(table -> (table.isPartitioned() ? "" : "ONLY ") + SqlText.quoted(table.id()))
                .collect(Collectors.joining(", "));
    }

    /** What a person is to run on the primary, so that a standby has this publication with these tables; empty where it has. */
    public Optional<String> missingAtStandby(SqlSession session, List<CatalogTable> tables) {
        Optional<State> found = state(session);
        if (found.isEmpty()) {
            return Optional.of(creation(session, tables));
        }
        if (holds(found.get(), tables)) {
            return Optional.empty();
        }
        return Optional.of(
                found.get().isWide()
                        ? "DROP PUBLICATION " + SqlText.quoted(name) + "; " + creation(session, tables)
                        : alteration(session, found.get(), tables));
    }

    /** On a standby nothing can be made: all must be there already. */
    public void requireAtStandby(SqlSession session, TableSelection selection) {
        Set<Long> held = numbers(session);
        List<CatalogTable> tables = new Catalog(session, new TypeCatalog(session))
                .tables(
                        selection,
                        (table, oid) ->
                                selection.isSelected(table) || (held.contains(oid) && selection.isAwaited(table)));
        requireIdentities(tables);
        Optional<String> missing = missingAtStandby(session, tables);
        if (missing.isPresent()) {
            throw new MillraceException(
                    ErrorCode.SOURCE_SETTING,
                    "a publication cannot be made on a standby: publication=" + name + ", on the primary run: "
                            + missing.get());
        }
    }

    private static void requireIdentities(List<CatalogTable> tables) {
        List<TableId> bad = tables.stream()
                .filter(table -> !table.isPublishable() || !table.identifiesKey())
                .map(CatalogTable::id)
                .toList();
        if (!bad.isEmpty()) {
            throw new MillraceException(
                    ErrorCode.TABLE_REFUSED, "tables whose replica identity does not hold their key: tables=" + bad);
        }
    }

    private void requireNarrow(State state) {
        if (state.isWide()) {
            throw new MillraceException(
                    ErrorCode.SOURCE_SETTING, "the publication is for all tables or a schema's: publication=" + name);
        }
    }

    private static boolean holds(State state, List<CatalogTable> tables) {
        TreeSet<Long> held = new TreeSet<>(state.tables());
        TreeSet<Long> wanted = new TreeSet<>();
        tables.forEach(table -> wanted.add(number(table)));
        return state.isPlain() && carriesComputed(state, tables) && held.equals(wanted);
    }

    /** Whether it is there, with these tables and all of their changes. */
    public boolean holds(SqlSession session, List<CatalogTable> tables) {
        return state(session).filter(state -> holds(state, tables)).isPresent();
    }

    /** Proves that the stream carries the selected tables, all of their changes, and nothing else. */
    public void require(SqlSession session, List<CatalogTable> tables) {
        State state = state(session)
                .orElseThrow(() ->
                        new MillraceException(ErrorCode.SOURCE_SLOT, "the publication is gone: publication=" + name));
        if (!holds(state, tables)) {
            List<TableId> missing = tables.stream()
                    .filter(table -> !state.tables().contains(number(table)))
                    .map(CatalogTable::id)
                    .toList();
            throw new MillraceException(
                    ErrorCode.SOURCE_SETTING,
                    "the publication does not hold exactly the selected tables, with all of their changes: publication="
                            + name + ", holds=" + state.tables().size() + ", selected=" + tables.size() + ", missing="
                            + missing + ", everyOperationViaRoot=" + state.isWhole() + ", filtered="
                            + state.isFiltered()
                            + (carriesComputed(state, tables) ? "" : ", publish_generated_columns=none"));
        }
    }

    public void drop(SqlSession session) {
        if (new ServerPositions(session).isStandby()) {
            throw new MillraceException(
                    ErrorCode.SOURCE_SETTING,
                    "a publication cannot be dropped on a standby: publication=" + name
                            + ", on the primary run: DROP PUBLICATION " + SqlText.quoted(name));
        }
        session.execute("DROP PUBLICATION IF EXISTS " + SqlText.quoted(name), "dropping the publication " + name);
    }
}
