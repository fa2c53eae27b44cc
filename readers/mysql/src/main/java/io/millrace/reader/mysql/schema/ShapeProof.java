package io.millrace.reader.mysql.schema;

import io.millrace.datasource.DataSource;
import io.millrace.position.SourcePosition;
import io.millrace.reader.mysql.event.EventPlace;
import io.millrace.schema.TableId;
import io.millrace.schema.TableState;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Proves what tables looked like at a place of the binlog (EXACTNESS 15): the catalog is read as it is now, then every statement
 * between that place and now. A table that none of them touched looked then as it does now. Statements that the server was told not to
 * log ({@code sql_log_bin=0}) are beyond any proof; the cross-check of each event is what is left there.
 */
public final class ShapeProof {
    private final DataSource dataSource;
    private final CatalogShapes shapes;
    private final Supplier<SourcePosition> passed;

    /**
     * What is known after a proof.
     *
     * @param states of tables that looked so at the place
     * @param unproven tables that had another shape there, and by which statement
     * @param absent tables that were made later: their CREATE will tell
     * @param collations each database's default
     */
    record Result(
            List<TableState> states,
            Map<TableId, String> unproven,
            Set<TableId> absent,
            Map<String, String> collations) {}

    public ShapeProof(DataSource dataSource, CatalogShapes shapes, Supplier<SourcePosition> passed) {
        this.dataSource = dataSource;
        this.shapes = shapes;
        this.passed = passed;
    }

    Result prove(EventPlace place, SchemaTracker tracker) {
        shapes.readAgain();
        DdlScan scan = new DdlScan(place, passed.get(), tracker::matters);
        scan.run(dataSource);
        List<TableState> states = new ArrayList<>();
        Map<TableId, String> unproven = new HashMap<>();
        Set<TableId> absent = new HashSet<>();
        for (TableState state : shapes.states()) {
            Optional<DdlScan.First> first = scan.first(state.table());
            if (first.isEmpty()) {
                states.add(state);
            } else if (first.get().isCreate()) {
                absent.add(state.table());
            } else {
                unproven.put(state.table(), first.get().text());
            }
        }
        for (TableId table : scan.touched()) {
            DdlScan.First first = scan.first(table).orElseThrow();
            if (!first.isCreate()) {
                unproven.putIfAbsent(table, first.text());
            }
        }
        return new Result(states, unproven, absent, shapes.collations());
    }
}
