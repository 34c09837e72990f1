// SPDX-License-Identifier: GPL-3.0-or-later
// Where the nodes and edges of a circuit stand when it is drawn. Pure: same circuit, same places.
#pragma once
#include "core/data/circuit.h"

#include <QPainterPath>
#include <QPointF>
#include <QRectF>
#include <QString>
#include <vector>

namespace mnemo {

/// Places in pixels of a drawing at its natural size; y grows downwards, the first node stands at the bottom.
struct GraphLayout {
    /// A block, or with positions apart a block at one position.
    struct Place {
        int node = 0;       ///< index in the circuit
        int position = -1;  ///< −1: all of them
        QPointF at;         ///< its middle
    };
    /// One line: an edge, or all edges of two nodes.
    struct Link {
        int from = 0;  ///< index of a place
        int to = 0;
        std::vector<int> edges;  ///< indices in the circuit
        double attribution = 0;  ///< sum
        double bend = 0;         ///< how far its middle is pushed to the right, as a control point
    };
    /// Where one position stands.
    struct Column {
        QString label;
        double x = 0;
    };

    std::vector<Place> places;
    std::vector<Link> links;      ///< the weakest first: the last one is drawn on top
    std::vector<Column> columns;  ///< none where positions are together
    QRectF bounds;

    QRectF box(int place) const;
    QPainterPath path(const Link& link) const;  ///< from middle to middle
    double reach() const;                       ///< the largest |attribution| of a line; 0 without
};

/// In rows by the order of the forward pass; neighbours that give each other nothing share a row. Lines lead around the
/// boxes between their ends. Only nodes with edges have a place.
/// @param merged one place per node and one line per two nodes; false: the same once more for every position
GraphLayout layOutGraph(const Circuit& circuit, bool merged);

}  // namespace mnemo
