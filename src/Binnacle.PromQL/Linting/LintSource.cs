using Binnacle.PromQL.Templates;

namespace Binnacle.PromQL.Linting;

/// <summary>A text to lint, and where the user wrote it.</summary>
/// <param name="Field">Path of the field, such as <c>spec.expr</c> or <c>spec.annotations.summary</c>, or a panel's title.</param>
/// <param name="Text">The text as the user wrote it.</param>
public sealed record LintSource(string Field, string Text);

/// <summary>A label, annotation or channel of a rule.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Source">Its value, and where it stands.</param>
/// <param name="Template">Its value as read, where that was done before.</param>
public sealed record LintField(string Name, LintSource Source, AlertTemplate? Template = null);
