// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "ui/edit_refs.h"
#include "ui/engine_client.h"

#include <QObject>

namespace mnemo {

/// The search for an edit: one at a time, a newer one replaces the older.
class EditSearch : public QObject
{
    Q_OBJECT

public:
    explicit EditSearch(EngineClient& engine, QObject* parent = nullptr);

    /// @param base the edits that it is computed on top of
    void run(const Json& parameters, const EditRefs& base);
    bool stop();  ///< false when there is none

Q_SIGNALS:
    void progressed(const mnemo::Progress& progress);
    void advanced(const mnemo::ResultPtr& snapshot);
    void finished(const mnemo::ResultPtr& result);
    void stopped();
    void failed(const mnemo::Error& error);

private:
    void onJobChanged(const Event& event);

    EngineClient& m_engine;
    JobId m_ticket = 0;
};

}  // namespace mnemo
