// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/data/result.h"
#include "widgets/cell.h"

#include <QString>
#include <QStringList>

namespace mnemo {

/// A place in the maps of a trace.
struct CellAddress {
    QString site;  ///< empty: whichever is looked at
    Cell cell;     ///< layer −1: a whole token

    bool operator==(const CellAddress&) const = default;
};

/// What there is to go to in a trace.
struct AddressBook {
    QStringList sites;   ///< "h", "s", …
    int layers = 0;      ///< 0 … layers − 1
    QStringList tokens;  ///< their texts, without the space before a word

    QString words() const;  ///< "Type layers 0–23, tokens 0–11 or their text, sites h, s, g."
};
AddressBook addressBook(const Result& trace);

/// Reads "12", "L12", "12 5", "L12 T5", "12 \"Tower\"", "s 12 5": a site, a layer and a token in any order; the first
/// plain number is the layer. What is not said stays as in `now`; a text that stands there more than once is the next
/// one behind the token of `now`.
/// @throws Failure Usage, naming what is out of range or cannot be read, and what there is
CellAddress readAddress(const QString& typed, const AddressBook& book, const CellAddress& now);

/// What the last word of a text may become: the whole text for each, sites before tokens.
QStringList addressCompletions(const QString& typed, const AddressBook& book);

}  // namespace mnemo
