using System.Text;
using Kubernetes.Models;

namespace Kubernetes.Runtime.Events;

/// <summary>One thing that happened, cut to what the API takes.</summary>
internal sealed record Occurrence(
    ObjectReference Regarding,
    EventType Type,
    string Reason,
    string Action,
    string Note,
    DateTimeOffset At
)
{
    private const int LongestName = 128;
    private const int LongestNote = 1024;

    public static Occurrence Of(
        KubernetesObject regarding,
        EventType type,
        string reason,
        string action,
        string note,
        DateTimeOffset at,
        string? fieldPath = null
    ) =>
        new(
            new ObjectReference
            {
                ApiVersion = regarding.ApiVersion,
                Kind = regarding.Kind,
                Namespace = regarding.Metadata.Namespace,
                Name = regarding.Metadata.Name,
                Uid = regarding.Metadata.Uid,
                ResourceVersion = regarding.Metadata.ResourceVersion,
                FieldPath = fieldPath,
            },
            type,
            Cut(reason, LongestName),
            Cut(action, LongestName),
            Cut(note, LongestNote),
            at
        );

    /// <summary>Cuts to a number of UTF-8 bytes, never inside a character, with an ellipsis where something is lost.</summary>
    internal static string Cut(string text, int bytes)
    {
        const string Ellipsis = "…";
        if (Encoding.UTF8.GetByteCount(text) <= bytes)
        {
            return text;
        }

        var room = bytes - Encoding.UTF8.GetByteCount(Ellipsis);
        var length = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            if (rune.Utf8SequenceLength > room)
            {
                break;
            }

            room -= rune.Utf8SequenceLength;
            length += rune.Utf16SequenceLength;
        }

        return text[..length] + Ellipsis;
    }
}
