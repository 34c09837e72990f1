// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/edit_file.h"

#include "core/data/random.h"
#include "tests/io/io_test.h"
#include "tests/io/sample_edit.h"

#include <cmath>
#include <limits>

using namespace mnemo;
using io_test::readFile;
using io_test::romeResult;
using io_test::vectorArray;
using io_test::writeFile;

class TestEditFile : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void comesBackAsItWas()
    {
        const std::filesystem::path file = written();
        const Edit edit = readEdit(file);
        QCOMPARE(edit.term.u, (std::vector<float>{1.5F, -2}));
        QCOMPARE(edit.term.v, (std::vector<float>{0.25F, 0, 1}));
        QCOMPARE(edit.term.matrix, std::string("W_o"));
        QCOMPARE(edit.term.layer, 4);
        QCOMPARE(edit.term.hash, editOf(romeResult()).term.hash);
        QVERIFY(edit.parameters == romeResult().parameters);
        QVERIFY(edit.head == romeResult().head);
        const std::string first = readFile(file);
        writeEdit(romeResult(), file);
        QCOMPARE(readFile(file), first);
    }

    void theHashNamesEveryPart()
    {
        const EditTerm term = editOf(romeResult()).term;
        std::vector<EditTerm> others(5, term);
        others[0].matrix = "W_a";
        others[1].layer = 5;
        others[2].u[1] = 2;
        others[3].v[0] = 0.5F;
        std::swap(others[4].u, others[4].v);
        for (const EditTerm& other : others)
            QVERIFY(hashOf(other) != term.hash);
        QCOMPARE(hashOf(term), term.hash);
    }

    void onlyAFinishedSearchIsAnEdit()
    {
        Result unfinished = romeResult();
        unfinished.arrays.clear();
        VERIFY_REFUSED(writeEdit(unfinished, m_folder.filePath("u.safetensors").toStdString()), ErrorCode::BadMessage,
                       "\"u\"");
        QVERIFY(!QFile::exists(m_folder.filePath("u.safetensors")));
    }

    void isForItsOwnModel()
    {
        const Edit edit = readEdit(written());
        checkMadeFor(edit, romeResult().model);
        VERIFY_REFUSED(checkMadeFor(edit, {{"name", "other"}, {"hash", "sha256:fedcba98765"}}), ErrorCode::UnknownModel,
                       "was made for the model tiny");
    }

    void refusesOtherFiles()
    {
        VERIFY_REFUSED(readEdit("nowhere.safetensors"), ErrorCode::NotFound, "nowhere.safetensors");
        const std::string none = R"({"u":{"dtype":"F32","shape":[0],"data_offsets":[0,0]}})";
        VERIFY_REFUSED(readEdit(writeFile(m_folder, "other.safetensors", io_test::safetensorsBytes(none, ""))),
                       ErrorCode::Damaged, "something else");
        Result strange = romeResult();
        strange.arrays[0] = vectorArray("u", {1, std::numeric_limits<double>::quiet_NaN()});
        const std::filesystem::path file = m_folder.filePath("nan.safetensors").toStdString();
        writeEdit(strange, file);
        VERIFY_REFUSED(readEdit(file), ErrorCode::Damaged, "no number");
    }

    /// Every byte that is changed is either harmless to the vectors or refused; nothing crashes.
    void damagedFilesAreRefused()
    {
        const std::string whole = readFile(written());
        const Edit good = readEdit(written());
        Random random(1);
        int refused = 0;
        for (int trial = 0; trial < 400; ++trial) {
            std::string bytes = whole;
            const std::size_t place = std::size_t(random.below(int(bytes.size())));
            bytes[place] = char(bytes[place] ^ char(1 << random.below(8)));
            if (trial % 4 == 0)
                bytes.resize(place);
            const std::filesystem::path file = writeFile(m_folder, "damaged.safetensors", bytes);
            try {
                const Edit edit = readEdit(file);
                QVERIFY(edit.term == good.term);
            } catch (const Failure& failure) {
                QVERIFY(!failure.error().message.empty());
                ++refused;
            }
        }
        QVERIFY(refused > 150);
    }

private:
    std::filesystem::path written() const
    {
        const std::filesystem::path file = m_folder.filePath("edit.safetensors").toStdString();
        writeEdit(romeResult(), file);
        return file;
    }

    QTemporaryDir m_folder;
};

QTEST_GUILESS_MAIN(TestEditFile)
#include "tst_edit_file.moc"
