using System.Globalization;

namespace Binnacle.Rendering.Common;

/// <summary>A component's version, as far as the syntax of its configuration depends on it.</summary>
/// <param name="Major">Major.</param>
/// <param name="Minor">Minor.</param>
/// <param name="Patch">Patch; 0 when not given.</param>
internal readonly record struct ComponentVersion(int Major, int Minor, int Patch)
{
    /// <summary>
    /// The version that a running component reports, else the one in the image's tag (<c>…:v3.5.3</c>,
    /// <c>…:3.5.3-distroless</c>, <c>…:v3.5.3@sha256:…</c>), else <paramref name="fallback"/>: an image named by
    /// digest alone or by a tag like <c>latest</c> does not tell.
    /// </summary>
    public static ComponentVersion Of(string? observed, string image, ComponentVersion fallback) =>
        Parse(observed) ?? Parse(TagOf(image)) ?? fallback;

    /// <summary>Reads <c>v3.5.3</c>, <c>3.5</c> or <c>3.5.3+ds1</c>; null for anything else.</summary>
    public static ComponentVersion? Parse(string? text)
    {
        var number = string.Concat((text ?? "").TrimStart('v').TakeWhile(c => char.IsAsciiDigit(c) || c == '.'));
        var parts = number.Split('.', StringSplitOptions.RemoveEmptyEntries);
        return parts.Length >= 2 && Number(parts[0]) is { } major && Number(parts[1]) is { } minor
            ? new ComponentVersion(major, minor, parts.Length > 2 ? Number(parts[2]) ?? 0 : 0)
            : null;
    }

    /// <summary>The tag of an image reference; null when it has none.</summary>
    public static string? TagOf(string image)
    {
        var name = image.Split('@')[0];
        var colon = name.LastIndexOf(':');
        return colon > name.LastIndexOf('/') ? name[(colon + 1)..] : null;
    }

    /// <summary>True for this version and all later ones.</summary>
    public bool IsAtLeast(int major, int minor, int patch = 0) =>
        (Major, Minor, Patch).CompareTo((major, minor, patch)) >= 0;

    /// <inheritdoc />
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Major}.{Minor}.{Patch}");

    private static int? Number(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
