namespace Binnacle.PromQL.Templates.Syntax;

/// <summary>A part of a parsed template, with its place in the text (UTF-16 code units).</summary>
internal abstract class TemplateNode(int start, int end)
{
    public int Start { get; } = start;
    public int End { get; } = end;
}

/// <summary>A name behind a dot; the place is that of the name without the dot.</summary>
internal readonly record struct FieldName(string Name, int Start, int End);

/// <summary>Text outside of actions, where it is more than white space.</summary>
internal sealed class TextNode(int start, int end) : TemplateNode(start, end);

/// <summary><c>{{ pipeline }}</c>.</summary>
internal sealed class ActionNode(PipeNode pipe) : TemplateNode(pipe.Start, pipe.End)
{
    public PipeNode Pipe => pipe;
}

internal enum BranchKind
{
    If,
    Range,
    With,
}

/// <summary><c>{{ if }}</c>, <c>{{ range }}</c> or <c>{{ with }}</c>; the pipeline is null where it has a fault.</summary>
internal sealed class BranchNode(
    BranchKind kind,
    int start,
    int end,
    PipeNode? pipe,
    List<TemplateNode> body,
    List<TemplateNode>? otherwise
) : TemplateNode(start, end)
{
    public BranchKind Kind => kind;
    public PipeNode? Pipe => pipe;
    public List<TemplateNode> Body => body;
    public List<TemplateNode>? Otherwise => otherwise;
}

/// <summary><c>{{ template "name" pipeline }}</c>, and what a <c>{{ block }}</c> leaves in its place.</summary>
internal sealed class InvocationNode(string name, int start, int end, PipeNode? pipe) : TemplateNode(start, end)
{
    public string Name => name;
    public PipeNode? Pipe => pipe;
}

/// <summary>Commands with <c>|</c> between them, and what they declare or assign.</summary>
internal sealed class PipeNode(int start, int end, bool assigns, List<FieldName> variables, List<CommandNode> commands)
    : TemplateNode(start, end)
{
    /// <summary><c>=</c> rather than <c>:=</c>.</summary>
    public bool Assigns => assigns;

    /// <summary>The declared or assigned variables, with their dollar.</summary>
    public List<FieldName> Variables => variables;
    public List<CommandNode> Commands => commands;
}

/// <summary>An operand and its arguments.</summary>
internal sealed class CommandNode(List<TemplateNode> operands, int end) : TemplateNode(operands[0].Start, end)
{
    public List<TemplateNode> Operands => operands;
}

internal sealed class DotNode(int start, int end) : TemplateNode(start, end);

internal sealed class NilNode(int start, int end) : TemplateNode(start, end);

internal sealed class BoolNode(int start, int end) : TemplateNode(start, end);

internal sealed class NumberNode(GoNumberKind kind, int start, int end) : TemplateNode(start, end)
{
    public GoNumberKind Kind => kind;
}

internal sealed class StringNode(string value, int start, int end) : TemplateNode(start, end)
{
    public string Value => value;
}

/// <summary>The name of a function.</summary>
internal sealed class FunctionNode(string name, int start, int end) : TemplateNode(start, end)
{
    public string Name => name;
}

/// <summary><c>$name.field.field</c>.</summary>
internal sealed class VariableNode(string name, int start, int end, List<FieldName> fields) : TemplateNode(start, end)
{
    public string Name => name;
    public List<FieldName> Fields => fields;
}

/// <summary><c>.field.field</c>.</summary>
internal sealed class FieldNode(int start, int end, List<FieldName> fields) : TemplateNode(start, end)
{
    public List<FieldName> Fields => fields;
}

/// <summary><c>(pipeline).field.field</c>, also behind a function's name.</summary>
internal sealed class ChainNode(TemplateNode operand, int end, List<FieldName> fields)
    : TemplateNode(operand.Start, end)
{
    public TemplateNode Operand => operand;
    public List<FieldName> Fields => fields;
}

/// <summary>A literal with a fault.</summary>
internal sealed class FaultyNode(int start, int end) : TemplateNode(start, end);
