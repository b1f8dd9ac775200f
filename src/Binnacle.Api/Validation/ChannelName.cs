namespace Binnacle.Api.Validation;

/// <summary>Names of channels.</summary>
internal static class ChannelName
{
    /// <summary>What is wrong with a name; null when nothing is.</summary>
    public static string? Problem(string name) =>
        name.Length is > 0 and <= 63
        && char.IsAsciiLetterOrDigit(name[0])
        && char.IsAsciiLetterOrDigit(name[^1])
        && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-')
            ? null
            : $"'{name}' is no channel name: use up to 63 letters, digits, dots, dashes and underscores, such as oncall";
}
