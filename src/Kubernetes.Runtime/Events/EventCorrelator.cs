using System.Globalization;
using Kubernetes.Models;

namespace Kubernetes.Runtime.Events;

/// <summary>What is to be sent: a new Event, or the state of the series that an Event has become.</summary>
/// <param name="Event">Whole, so that it can be created again where the server has dropped it meanwhile.</param>
/// <param name="IsSeries">True when the Event is there and only its series is to be written.</param>
internal sealed record EventWrite(Event Event, bool IsSeries);

/// <summary>
/// Keeps Events few, as client-go does: the same occurrence within 6 minutes becomes a series that is written at its
/// second occurrence, every 6 minutes, and at its end; more than 10 notes of one reason about one object within
/// 10 minutes are put together; and an object has a budget. Not thread-safe; knows no clock.
/// </summary>
internal sealed class EventCorrelator(string reportingController, string reportingInstance)
{
    private const int SimilarNotes = 10;
    private const int MostSeries = 8192;
    private const string Combined = "(combined from similar events): ";
    private static readonly TimeSpan SeriesGap = TimeSpan.FromMinutes(6);
    private static readonly TimeSpan SimilarWindow = TimeSpan.FromMinutes(10);

    private readonly Dictionary<SeriesKey, Series> _series = [];
    private readonly Dictionary<SeriesKey, (HashSet<string> Notes, DateTimeOffset Since)> _similar = [];
    private readonly SpamBudget _budget = new();
    private long _lastName;

    /// <summary>Takes an occurrence in; null when nothing is to be sent.</summary>
    public EventWrite? Observe(Occurrence occurrence)
    {
        var (key, note) = Combine(occurrence);
        if (_series.TryGetValue(key, out var series) && occurrence.At - series.LastSeen <= SeriesGap)
        {
            series.Count++;
            series.LastSeen = occurrence.At;
            return series.WrittenCount == 1 && _budget.TryTake(key.ObjectId, occurrence.At)
                ? Write(series, occurrence.At)
                : null;
        }

        if (!_budget.TryTake(key.ObjectId, occurrence.At))
        {
            return null;
        }

        var created = NewEvent(occurrence, note);
        if (_series.Count < MostSeries)
        {
            _series[key] = new Series(created, occurrence.At);
        }

        return new EventWrite(created, IsSeries: false);
    }

    /// <summary>Series that must be written by now; call it about once a minute.</summary>
    public IReadOnlyList<EventWrite> Flush(DateTimeOffset now)
    {
        var due = new List<EventWrite>();
        foreach (var (key, series) in _series.ToArray())
        {
            var ended = now - series.LastSeen > SeriesGap;
            if (series.Count > series.WrittenCount && (ended || now - series.WrittenAt >= SeriesGap))
            {
                due.Add(Write(series, now));
            }

            if (ended)
            {
                _series.Remove(key);
            }
        }

        foreach (
            var key in _similar.Where(pair => now - pair.Value.Since > SimilarWindow).Select(it => it.Key).ToArray()
        )
        {
            _similar.Remove(key);
        }

        _budget.Sweep(now);
        return due;
    }

    private (SeriesKey Key, string Note) Combine(Occurrence occurrence)
    {
        var key = new SeriesKey(
            // The uid, so that an object that was deleted and made anew has a history of its own.
            $"{occurrence.Regarding.Kind}/{occurrence.Regarding.Namespace}/{occurrence.Regarding.Name}/{occurrence.Regarding.Uid}/{occurrence.Regarding.FieldPath}",
            occurrence.Type,
            occurrence.Reason,
            occurrence.Action,
            Note: ""
        );
        if (!_similar.TryGetValue(key, out var similar) || occurrence.At - similar.Since > SimilarWindow)
        {
            similar = (new HashSet<string>(StringComparer.Ordinal), occurrence.At);
            _similar[key] = similar;
        }

        if (similar.Notes.Contains(occurrence.Note))
        {
            return (key with { Note = occurrence.Note }, occurrence.Note);
        }

        if (similar.Notes.Count < SimilarNotes)
        {
            similar.Notes.Add(occurrence.Note);
            return (key with { Note = occurrence.Note }, occurrence.Note);
        }

        return (key with { Note = Combined }, Occurrence.Cut(Combined + occurrence.Note, 1024));
    }

    private static EventWrite Write(Series series, DateTimeOffset now)
    {
        series.WrittenCount = series.Count;
        series.WrittenAt = now;
        var state = new EventSeries { Count = series.Count, LastObservedTime = series.LastSeen };
        return new EventWrite(series.Event with { Series = state }, IsSeries: true);
    }

    private Event NewEvent(Occurrence occurrence, string note)
    {
        var nanoseconds = (occurrence.At - DateTimeOffset.UnixEpoch).Ticks * TimeSpan.NanosecondsPerTick;
        _lastName = Math.Max(_lastName + 1, nanoseconds);
        var suffix = _lastName.ToString("x", CultureInfo.InvariantCulture);
        var name = occurrence.Regarding.Name ?? "";
        const int LongestName = 253;
        var stem = name.Length + 1 + suffix.Length <= LongestName ? name : name[..(LongestName - 1 - suffix.Length)];
        return new Event
        {
            Metadata = new ObjectMeta
            {
                Name = $"{stem}.{suffix}",
                // Events about cluster-scoped objects live in "default".
                Namespace = string.IsNullOrEmpty(occurrence.Regarding.Namespace)
                    ? "default"
                    : occurrence.Regarding.Namespace,
            },
            EventTime = occurrence.At,
            Type = occurrence.Type.ToString(),
            Reason = occurrence.Reason,
            Action = occurrence.Action,
            Note = note,
            ReportingController = reportingController,
            ReportingInstance = reportingInstance,
            Regarding = occurrence.Regarding,
        };
    }

    private readonly record struct SeriesKey(
        string ObjectId,
        EventType Type,
        string Reason,
        string Action,
        string Note
    );

    private sealed class Series(Event created, DateTimeOffset at)
    {
        public Event Event { get; } = created;
        public int Count { get; set; } = 1;
        public int WrittenCount { get; set; } = 1;
        public DateTimeOffset LastSeen { get; set; } = at;
        public DateTimeOffset WrittenAt { get; set; } = at;
    }
}
