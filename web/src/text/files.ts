export const files = {
  title: '案件',
  name: '案件名称',
  stage: '所处环节',
  unit: '办案单位',
  updated: '最近更新',
  search: '案件名称中的文字',
  empty: '没有符合条件的案件。',
  emptyAll: '还没有您可以查看的案件。立卷、分案或者收到移送后，案件列在这里。',
  total: (n: number) => `共 ${n} 件`,
  closed: '已办结',
  sealed: '已封存',
  previous: '上一页',
  next: '下一页',
  range: (a: number, b: number, n: number) => `第 ${a} 至 ${b} 件，共 ${n} 件`,
};

export const deadlines = {
  title: '期限',
  deadline: '期限',
  kind: '种类',
  file: '案件',
  due: '届满',
  left: '余期',
  days: (n: number) => `${n} 日内`,
  empty: '所选时段内没有届满的期限。',
};
