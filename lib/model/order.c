#include "parse.h"

enum { UNSEEN, OPEN, DONE };

/* A depth-first walk: the open nodes, each with the place in its references. */
typedef struct walk {
    const crmvi_graph *graph;
    char *states;
    int32_t *open;
    crmvi_cursor *cursors;
    int32_t depth;
    int32_t *order;
    int32_t ordered;
} walk;

static bool make_walk(crmvi_parser *parser, const crmvi_graph *graph, walk *w) {
    *w = (walk){.graph = graph};
    w->states = crmvi_parser_memory(parser, graph->count, sizeof *w->states);
    w->open = crmvi_parser_memory(parser, graph->count, sizeof *w->open);
    w->cursors = crmvi_parser_memory(parser, graph->count, sizeof *w->cursors);
    w->order = crmvi_parser_memory(parser, graph->count, sizeof *w->order);
    return w->states != NULL && w->open != NULL && w->cursors != NULL && w->order != NULL;
}

/* Names the open nodes from the one that is met again on: "current -> score -> current". */
static bool refuse_cycle(crmvi_parser *parser, const walk *w, int32_t met) {
    crmvi_path cycle = {.length = 0};
    const char *name = w->graph->name(parser->model, met);
    int32_t i = w->depth - 1;
    while (w->open[i] != met) {
        i--;
    }
    for (; i < w->depth; i++) {
        crmvi_path_text(&cycle, w->graph->name(parser->model, w->open[i]));
        crmvi_path_text(&cycle, " -> ");
    }
    crmvi_path_text(&cycle, name);
    const crmvi_spot node = {.above = w->graph->section, .key = name};
    return crmvi_refuse(parser, &node, "a cycle: %s", cycle.text);
}

static void open_node(walk *w, int32_t node) {
    w->states[node] = OPEN;
    w->open[w->depth] = node;
    w->cursors[w->depth] = (crmvi_cursor){0, 0};
    w->depth++;
}

static bool visit(crmvi_parser *parser, walk *w, int32_t start) {
    open_node(w, start);
    while (w->depth > 0) {
        const int32_t node = w->open[w->depth - 1];
        const int32_t next = w->graph->next(parser->model, node, &w->cursors[w->depth - 1]);
        if (next < 0) {
            w->states[node] = DONE;
            w->order[w->ordered++] = node;
            w->depth--;
        } else if (w->states[next] == OPEN) {
            return refuse_cycle(parser, w, next);
        } else if (w->states[next] == UNSEEN) {
            open_node(w, next);
        }
    }
    return true;
}

bool crmvi_order(crmvi_parser *parser, const crmvi_graph *graph, int32_t **out) {
    walk w;
    if (!make_walk(parser, graph, &w)) {
        return false;
    }
    for (int32_t i = 0; i < graph->count; i++) {
        if (w.states[i] == UNSEEN && !visit(parser, &w, i)) {
            return false;
        }
    }
    *out = w.order;
    return true;
}
