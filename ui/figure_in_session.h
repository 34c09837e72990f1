// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/io/session.h"
#include "ui/composed_figure.h"

#include <optional>

namespace mnemo {

/// The composed figure of a session: the first entry of its list "figures" whose panels we can read.
/// Panels of runs that are not there are left out.
std::optional<ComposedFigure> composedFigure(const Session& session);

/// In the place of the one that was set before, else behind those of other programs. Panels of results that the session
/// does not hold are left out; without any panel, the entry.
void setComposedFigure(Session& session, const ComposedFigure& figure);

}  // namespace mnemo
