using System.Text;
using Kubernetes.Models;
using Kubernetes.Runtime.Events;
using Kubernetes.Runtime.Tests.Fakes;

namespace Kubernetes.Runtime.Tests.Events;

public sealed class EventCorrelatorTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private readonly EventCorrelator _correlator = new("example.io/tester", "pod-1");
    private DateTimeOffset _now = Start;

    [Fact]
    [Trait("Guarantee", "A23")]
    public void The_first_occurrence_is_a_new_Event_with_all_that_the_API_demands()
    {
        var write = Observe(Make.ConfigMap("a", uid: "u1"), "Applied", "all is well")!;

        write.IsSeries.ShouldBeFalse();
        var it = write.Event;
        it.Metadata.Namespace.ShouldBe("ns");
        it.Metadata.Name!.ShouldMatch("^a\\.[0-9a-f]+$");
        it.EventTime.ShouldBe(Start);
        (it.Type, it.Reason, it.Action, it.Note).ShouldBe(("Normal", "Applied", "Apply", "all is well"));
        (it.ReportingController, it.ReportingInstance).ShouldBe(("example.io/tester", "pod-1"));
        (it.Regarding!.Kind, it.Regarding.Name, it.Regarding.Uid).ShouldBe(("ConfigMap", "a", "u1"));
        it.Series.ShouldBeNull();
    }

    [Fact]
    [Trait("Guarantee", "A23")]
    public void Events_about_cluster_scoped_objects_live_in_default()
    {
        var node = new Node { Metadata = new ObjectMeta { Name = "n1" } };
        Observe(node, "Seen", "x")!.Event.Metadata.Namespace.ShouldBe("default");
    }

    [Fact]
    [Trait("Guarantee", "A23")]
    public void Names_differ_even_at_the_same_instant()
    {
        var names = Enumerable
            .Range(0, 5)
            .Select(i => Observe(Make.ConfigMap("a", uid: "u1"), $"Reason{i}", "x")!.Event.Metadata.Name)
            .ToList();
        names.Distinct().Count().ShouldBe(5);
    }

    [Fact]
    [Trait("Guarantee", "A23")]
    public void Names_of_long_objects_are_cut_to_253()
    {
        var name = new string('x', 253);
        Observe(Make.ConfigMap(name, uid: "u1"), "Applied", "x")!.Event.Metadata.Name!.Length.ShouldBe(253);
    }

    [Fact]
    [Trait("Guarantee", "A24")]
    public void Repetitions_become_a_series_written_at_the_second_then_every_six_minutes_and_at_the_end()
    {
        Repeat().ShouldNotBeNull().IsSeries.ShouldBeFalse();
        var second = Repeat().ShouldNotBeNull();
        second.IsSeries.ShouldBeTrue();
        second.Event.Series!.Count.ShouldBe(2);
        var written = new List<int>();
        for (var i = 0; i < 10; i++)
        {
            Repeat().ShouldBeNull();
            written.AddRange(_correlator.Flush(_now).Select(it => it.Event.Series!.Count));
        }

        written.ShouldBe([8]);
        _now += TimeSpan.FromMinutes(7);
        var last = _correlator.Flush(_now).ShouldHaveSingleItem();
        last.Event.Series!.Count.ShouldBe(12);
        last.Event.Metadata.Name.ShouldBe(second.Event.Metadata.Name);
        _correlator.Flush(_now).ShouldBeEmpty();

        Repeat().ShouldNotBeNull().IsSeries.ShouldBeFalse();

        EventWrite? Repeat()
        {
            _now += TimeSpan.FromMinutes(1);
            return Observe(Make.ConfigMap("a", uid: "u1"), "Failed", "again");
        }
    }

    [Fact]
    [Trait("Guarantee", "A24")]
    public void An_object_made_anew_under_the_same_name_has_events_of_its_own()
    {
        Observe(Make.ConfigMap("a", uid: "u1"), "Applied", "x")!.IsSeries.ShouldBeFalse();
        Observe(Make.ConfigMap("a", uid: "u2"), "Applied", "x")!.IsSeries.ShouldBeFalse();
    }

    [Fact]
    [Trait("Guarantee", "A24")]
    public void More_than_ten_notes_of_one_reason_are_put_together()
    {
        var writes = Enumerable
            .Range(0, 13)
            .Select(i => Observe(Make.ConfigMap("a", uid: "u1"), "Failed", $"note {i}"))
            .ToList();

        writes.Take(10).ShouldAllBe(it => it != null && !it.IsSeries && it.Event.Note!.StartsWith("note"));
        writes[10]!.Event.Note.ShouldBe("(combined from similar events): note 10");
        writes[11]!.IsSeries.ShouldBeTrue();
        writes[12].ShouldBeNull();

        _now += TimeSpan.FromMinutes(11);
        Observe(Make.ConfigMap("a", uid: "u1"), "Failed", "note 99")!.Event.Note.ShouldBe("note 99");
    }

    [Fact]
    [Trait("Guarantee", "A24")]
    public void An_object_has_25_requests_and_gets_one_back_every_five_minutes()
    {
        Flood("u1").ShouldBe(25);
        Flood("u2").ShouldBe(25);
        _now += TimeSpan.FromMinutes(5);
        Flood("u1").ShouldBe(1);
        _correlator.Flush(_now);
        Flood("u1").ShouldBe(0);
        _now += TimeSpan.FromHours(3);
        _correlator.Flush(_now);
        Flood("u1").ShouldBe(25);

        int Flood(string uid) =>
            Enumerable
                .Range(0, 40)
                .Count(i => Observe(Make.ConfigMap("a", uid: uid), $"Reason{_now.Ticks}-{i}", "x") is not null);
    }

    [Theory]
    [InlineData("short", 10, "short")]
    [InlineData("exactly 10", 10, "exactly 10")]
    [InlineData("more than ten", 10, "more th…")]
    [InlineData("ääääää", 10, "äää…")]
    [InlineData("😀😀😀", 10, "😀…")]
    [Trait("Guarantee", "A23")]
    public void Texts_are_cut_by_bytes_and_never_inside_a_character(string text, int bytes, string expected)
    {
        var cut = Occurrence.Cut(text, bytes);
        cut.ShouldBe(expected);
        Encoding.UTF8.GetByteCount(cut).ShouldBeLessThanOrEqualTo(bytes);
    }

    private EventWrite? Observe(KubernetesObject regarding, string reason, string note) =>
        _correlator.Observe(Occurrence.Of(regarding, EventType.Normal, reason, "Apply", note, _now));
}
