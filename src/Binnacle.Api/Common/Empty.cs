using System.Collections.ObjectModel;

namespace Binnacle.Api;

/// <summary>
/// Shared empty values. Properties of the kinds fall back to them in their getters, because the JSON source generator
/// overwrites the initializer of an init-only property with null when the document lacks the field.
/// </summary>
internal static class Empty
{
    public static readonly IReadOnlyDictionary<string, string> Strings = ReadOnlyDictionary<string, string>.Empty;

    public static readonly IReadOnlyDictionary<string, IReadOnlyList<string>> StringLists = ReadOnlyDictionary<
        string,
        IReadOnlyList<string>
    >.Empty;
}
